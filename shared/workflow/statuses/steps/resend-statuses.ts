import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { reportOf } from '../../../domain/statuses/status-reports.ts';
import { isWait } from '../../../errors.ts';
import type { ConnectGitHost } from '../../../ports/git-host.ts';
import { type SendStatusPorts, sendStatus } from './send-status.ts';

export interface ResendPorts extends SendStatusPorts {
  connect: ConnectGitHost;
  /** A number from 0 to 1, so that statuses which Bitbucket refuses keep no others from being sent. */
  chance(): number;
}

/** One prune sends at most this many undelivered statuses again. */
export const mostStatuses = 20;

/**
 * Sends the build statuses that could not be delivered once more.
 * @returns the number of those that Bitbucket has now
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
      if (stopsAll(error)) break;
    }
  }
  return sent;
}

/** An unknown commit says nothing about the other commits; a limit or an outage does. */
function stopsAll(error: unknown): boolean {
  return isWait(error) && error.code !== 'git_host_behind';
}
