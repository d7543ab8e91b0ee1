import type { Integration } from '../../../domain/integrations/integration.ts';
import { sentence, shown } from '../../../domain/values/text.ts';
import type { Environments } from '../../../ports/environments.ts';

/** A problem names at most this many environments. */
const mostNames = 5;

/**
 * Describes the build statuses that were not delivered; null without any. A missing status blocks merges in
 * repositories that require successful builds.
 */
export async function undeliveredStatuses(
  environments: Pick<Environments, 'listOf'>,
  { project, id }: Integration,
): Promise<string | null> {
  const all = await environments.listOf(project);
  const undelivered = all.filter(
    ({ integration, build_status }) => integration === id && build_status?.undelivered,
  );
  const because = undelivered[0]?.build_status?.undelivered?.because;
  if (because === undefined) return null;
  const names = undelivered.slice(0, mostNames).map((environment) => shown(environment.id));
  const others = undelivered.length - names.length;
  const which = [...names, ...(others > 0 ? [`${others} others`] : [])].join(', ');
  return `The last build status of these environments was not delivered: ${which}. ${sentence(because)} The scheduled prune sends it again.`;
}
