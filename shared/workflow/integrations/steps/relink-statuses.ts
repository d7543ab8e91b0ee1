import type { Effect } from '../../../domain/activities/effect.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { reportOf, statusEffect } from '../../../domain/statuses/status-reports.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { EffectQueue } from '../../../ports/queues.ts';

/** The ports of `relinkStatuses`. */
export interface RelinkPorts {
  environments: Pick<Environments, 'listOf'>;
  effects: EffectQueue;
}

/** Build statuses that are sent again at once: each is a call to Bitbucket. */
export const mostRelinked = 100;

/**
 * Sends the last build statuses again whose links lead to a page or a log, the newest first. The status of a running
 * deployment gets its link at the end.
 */
export async function relinkStatuses(
  { environments, effects }: RelinkPorts,
  { project, id }: Integration,
): Promise<void> {
  const newest = (await environments.listOf(project))
    .filter(({ integration, activities }) => integration === id && activities.length === 0)
    .sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1));
  const linked = newest.flatMap(withLink).slice(0, mostRelinked);
  if (linked.length > 0) await effects.send(linked);
}

function withLink(environment: Environment): Effect[] {
  const { build_status } = environment;
  const report = build_status && reportOf(environment, build_status);
  return report && report.url === null ? [statusEffect(environment, report)] : [];
}
