import { createHmac } from 'node:crypto';
import type { Integration } from '../domain/integrations/integration.ts';
import type { Integrations } from '../ports/integrations.ts';
import type { Secrets } from '../ports/secrets.ts';
import { isSameSecret } from './same-secret.ts';

/** The parts of a link to an activity's log. */
export interface LogLink {
  project: string;
  activity: string;
  /** HMAC-SHA256 of the other two parts in base64url. The signature grants access to this one log. */
  signature: string;
}

/**
 * The path of an activity's log below the management API's URL. An integration from before log keys existed gets the
 * API's own path, which needs IAM authorisation.
 */
export async function logPath(secrets: Secrets, integration: Integration, activity: string): Promise<string> {
  const { project } = integration;
  const key = await keyOf(secrets, integration);
  return key === null
    ? `/projects/${project}/activities/${activity}/log`
    : `/logs/${project}/${activity}/${sign(key, project, activity)}`;
}

/** True when a link's signature is valid for an existing integration of the project. */
export async function isSigned(
  { integrations, secrets }: { integrations: Pick<Integrations, 'listOf'>; secrets: Secrets },
  { project, activity, signature }: LogLink,
): Promise<boolean> {
  // A malformed signature needs no read of the table.
  if (!/^[\w-]{43}$/.test(signature)) return false;
  for (const integration of await integrations.listOf(project)) {
    const key = await keyOf(secrets, integration);
    if (key !== null && isSameSecret(signature, sign(key, project, activity))) return true;
  }
  return false;
}

async function keyOf(secrets: Secrets, integration: Integration): Promise<string | null> {
  const { sealed_log_key } = integration;
  return sealed_log_key === null ? null : secrets.open('log', integration, sealed_log_key);
}

function sign(key: string, project: string, activity: string): string {
  return createHmac('sha256', key).update(`log ${project} ${activity}`).digest('base64url');
}
