import { secondsAfter, secondsBetween } from '../../../shared/domain/values/time.ts';
import type { RecentChanges } from '../../../shared/ports/changes.ts';
import type { ApiPorts } from '../ports.ts';

/**
 * Seconds that a commit may follow its entry in the journal: the attempts of a DynamoDB call take up to 40 s, and clocks
 * differ. Changes are reported until this time after their entry, so that a reader of an older state reads again.
 */
export const settlingSeconds = 60;
/** Hours after which a reader's state is too old for the journal. */
export const longestMemoryHours = 24;

/** The changes of a project that a reader of its state at `time` may not have seen; null for none. */
export async function unseenChanges(
  { changes, clock }: Pick<ApiPorts, 'changes' | 'clock'>,
  project: string,
  time: string,
): Promise<RecentChanges | null> {
  const age = secondsBetween(time, clock.now());
  // A time in the future comes from a wrong clock, or from another client.
  if (age < -settlingSeconds || age > longestMemoryHours * 3600) {
    return { environments: [], has_integrations: true, has_everything: true };
  }
  const found = await changes.since(project, secondsAfter(time, -settlingSeconds));
  return found.environments.length === 0 && !found.has_integrations && !found.has_everything ? null : found;
}
