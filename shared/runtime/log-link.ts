import type { Integration } from '../domain/integrations/integration.ts';
import type { Integrations } from '../ports/integrations.ts';
import type { Secrets } from '../ports/secrets.ts';
import { linkKeyOf, signerOf, signLink } from './link-key.ts';

/** The parts of a link to an activity's log. */
export interface LogLink {
  project: string;
  activity: string;
  /** The signature of the other two parts. It grants access to this one log. */
  signature: string;
}

/**
 * The path of an activity's log below the management API's URL. An integration from before log keys existed gets the
 * API's own path, which needs IAM authorisation.
 */
export async function logPath(secrets: Secrets, integration: Integration, activity: string): Promise<string> {
  const { project } = integration;
  const key = await linkKeyOf(secrets, integration);
  return key === null
    ? `/projects/${project}/activities/${activity}/log`
    : `/logs/${project}/${activity}/${signLink(key, 'log', project, activity)}`;
}

/** True when a link's signature is valid for an existing integration of the project. */
export async function isSigned(
  ports: { integrations: Pick<Integrations, 'listOf'>; secrets: Secrets },
  { project, activity, signature }: LogLink,
): Promise<boolean> {
  return (await signerOf(ports, project, signature, 'log', project, activity)) !== null;
}
