import { waitForActivities } from '../../activities/follow.ts';
import { type Api, ApiError, path } from '../../api/client.ts';
import { type Activity, HookSecret, type Integration, type Project } from '../../api/resources.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** What to choose on Bitbucket's page for a webhook, in the words of that page. */
const triggers: Record<string, string> = {
  bitbucket: 'Repository: Push, Updated; Pull request: Created, Updated, Merged, Declined',
  bitbucket_server:
    'Repository: Push, Modified; Pull request: Opened, Source branch updated, Modified, Merged, Declined, Deleted',
};

/**
 * Waits for what a change of an integration has started, if that is wanted. Resolves to the exit code.
 * A webhook that could not be registered is no failure: it can be added by hand, and the schedule makes up for it.
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
    terminal.tell(`\nFailed to read or write webhooks: ${printable(unregistered.payload.because)}`);
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
  terminal.tell('Please ensure a webhook exists manually.');
  terminal.tell(`  Hook URL: ${integration._links['#hook'].href}`);
  terminal.tell(`  Secret: ${await secretOrReason(api, project, integration)}`);
  const chosen = triggers[integration.type];
  if (chosen) terminal.tell(`  Triggers: ${chosen}`);
}

export async function readHookSecret(api: Api, project: Project, { id }: Integration): Promise<string> {
  const url = path`/projects/${project.id}/integrations/${id}/hook-secret`;
  return (await api.post(url, undefined, HookSecret)).secret;
}

/** Not everybody who may add an integration may see how its deliveries are signed. */
async function secretOrReason(api: Api, project: Project, integration: Integration): Promise<string> {
  try {
    return await readHookSecret(api, project, integration);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `could not be read. ${error.message}`;
  }
}
