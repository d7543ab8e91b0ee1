import { webhookTriggers } from '../../../shared/api/webhook-triggers.ts';
import { waitForActivities } from '../../activities/follow.ts';
import { type Api, ApiError, path } from '../../api/client.ts';
import { type Activity, HookSecret, type Integration, type Project } from '../../api/resources.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/**
 * Waits for the activities that a change of an integration has started. Resolves to the exit code.
 * An unregistered webhook is no failure: the user can add it manually, and the scheduled prune finds missed changes.
 */
export async function waitForIntegration(
  api: Api,
  terminal: Terminal,
  project: Project,
  integration: Integration,
  activities: readonly Activity[],
  options: { wait: boolean },
): Promise<number> {
  const ended = await waitForActivities(api, terminal, project.id, activities, options);
  const failed = ended.filter((activity) => !hasSucceeded(activity));
  const unregistered = failed.find(
    ({ type, result }) => type.endsWith('.register_hooks') && result === 'failure',
  );
  if (unregistered) {
    terminal.info(`\nFailed to read or write webhooks: ${printable(unregistered.payload.because)}`);
    await explainWebhook(api, terminal, project, integration);
  }
  return failed.every((activity) => activity === unregistered) ? 0 : 1;
}

async function explainWebhook(
  api: Api,
  terminal: Terminal,
  project: Project,
  integration: Integration,
): Promise<void> {
  terminal.info('Please ensure a webhook exists manually.');
  terminal.info(`  Hook URL: ${integration._links['#hook'].href}`);
  terminal.info(`  Secret: ${await secretOrReason(api, project, integration)}`);
  terminal.info(`  Triggers: ${webhookTriggers[integration.type]}`);
}

/** Reads the secret that signs an integration's deliveries. */
export async function readHookSecret(api: Api, project: Project, { id }: Integration): Promise<string> {
  const url = path`/projects/${project.id}/integrations/${id}/hook-secret`;
  return (await api.post(url, undefined, HookSecret)).secret;
}

/** The secret, or why the API refuses it: the permission to add an integration does not include it. */
async function secretOrReason(api: Api, project: Project, integration: Integration): Promise<string> {
  try {
    return await readHookSecret(api, project, integration);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `could not be read. ${error.message}`;
  }
}
