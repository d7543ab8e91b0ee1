import { secondsAfter } from '../../../domain/values/time.ts';
import { BoughError } from '../../../errors.ts';
import type { SecondStarts } from '../../../ports/activities.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';

/** The ports of a project's turn. */
export interface SecondStartPorts {
  secondStarts: SecondStarts;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** The lifetime of a turn, in seconds. It is longer than the time limit of a function. */
export const longestTurnSeconds = 16 * 60;

/**
 * Takes the project's turn, for an activity that was interrupted before. Each project has one turn, so a repository whose
 * work is interrupted each time occupies at most one runner, and the others stay free for other projects.
 * @throws BoughError project_busy while another activity of the project has the turn
 */
export async function takeTurn(
  { secondStarts, clock }: SecondStartPorts,
  project: string,
  activity: string,
): Promise<void> {
  const now = clock.now();
  const until = secondsAfter(now, longestTurnSeconds);
  if (await secondStarts.take(project, activity, { now, until })) return;
  throw new BoughError('project_busy', 'Other work of the project that was interrupted is being done again.');
}

/** Releases the turn. A turn that cannot be released expires. */
export async function endTurn(
  { secondStarts, log }: SecondStartPorts,
  project: string,
  activity: string,
): Promise<void> {
  await secondStarts.release(project, activity).catch((error: unknown) => {
    log.warn('turn not released', { project, activity, error });
  });
}
