import type { Effect } from '../../domain/activities/effect.ts';
import { pullRequestEnvironment } from '../../domain/deliveries/source-event.ts';
import { nameIsTaken } from '../../domain/rules/pull-request-rules.ts';
import { sameCommit } from '../../domain/values/commit.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';

interface Ports {
  integrations: Pick<Integrations, 'get'>;
  environments: Pick<Environments, 'get'>;
  connect: ConnectGitHost;
  log: Log;
}

/**
 * Sends a failed build status to a pull request whose environment name belongs to a branch, unless the conflict has
 * ended. The status has the environment's name as its key, so a later deployment of the pull request replaces the status.
 */
export async function reportConflict(
  { integrations, environments, connect, log }: Ports,
  effect: Extract<Effect, { type: 'conflict.report' }>,
): Promise<void> {
  const { project, pull_request: number } = effect;
  const id = pullRequestEnvironment(number);
  const fields = { project, integration: effect.integration, environment: id };
  const [integration, environment] = await Promise.all([
    integrations.get(project, effect.integration),
    environments.get(project, id),
  ]);
  if (!integration || !environment || environment.pull_request) {
    log.info('status dropped', { ...fields, because: 'the conflict is over' });
    return;
  }
  const host = await connect(integration);
  const reading = await host.pullRequest(number);
  if (reading.state !== 'open') return;
  const { source, fork } = reading.pull_request;
  // Bitbucket accepts statuses for full commit ids only, and git provides the full id.
  const git = await host.source(fork ? source.repository : null);
  const ref = source.branch.startsWith('refs/') ? source.branch : `refs/heads/${source.branch}`;
  const commit = (await git.listRefs([ref])).refs.get(ref);
  if (!commit || !sameCommit(source.commit, commit)) return;
  await host.reportStatus({
    commit,
    branch: source.branch,
    fork: fork ? source.repository : null,
    pull_request: number,
    environment: id,
    state: 'failed',
    url: host.branchUrl(id),
    description: `Not deployed: ${nameIsTaken(number)}`,
  });
  log.info('status reported', { ...fields, state: 'failed' });
}
