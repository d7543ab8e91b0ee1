import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { reportOf } from '../../../domain/statuses/status-reports.ts';
import { isWait } from '../../../errors.ts';
import type { ConnectGitHost } from '../../../ports/git-host.ts';
import { type SendStatusPorts, sendStatus } from './send-status.ts';

/** The ports of `resendStatuses`. */
export interface ResendPorts extends SendStatusPorts {
  connect: ConnectGitHost;
  /**
   * A random number from 0 to 1. Each prune starts at a random status, so statuses that Bitbucket refuses do not block
   * the others.
   */
  chance(): number;
}

/** One prune resends at most this many undelivered statuses. */
export const mostStatuses = 20;

/**
 * Sends undelivered build statuses again.
 * @returns the number of delivered statuses
 */
export async function resendStatuses(
  ports: ResendPorts,
  integration: Integration,
  environments: readonly Environment[],
): Promise<number> {
  const undelivered = environments.filter(
    (environment) => environment.integration === integration.id && environment.build_status?.undelivered,
  );
  const first = Math.floor(ports.chance() * undelivered.length);
  const next = [...undelivered.slice(first), ...undelivered.slice(0, first)].slice(0, mostStatuses);
  if (next.length === 0) return 0;
  const host = await ports.connect(integration);
  let sent = 0;
  for (const environment of next) {
    const { project, id, build_status: last } = environment;
    if (!last) continue;
    try {
      await sendStatus(
        ports,
        project,
        reportOf(environment, last),
        async () => ({ integration, host }),
        environment,
      );
      sent += 1;
    } catch (error) {
      ports.log.warn('status not delivered', { project, environment: id, activity: last.activity, error });
      if (affectsAll(error)) break;
    }
  }
  return sent;
}

/** A rate limit or an outage affects all statuses. `git_host_behind` (an unknown commit) affects one. */
function affectsAll(error: unknown): boolean {
  return isWait(error) && error.code !== 'git_host_behind';
}
