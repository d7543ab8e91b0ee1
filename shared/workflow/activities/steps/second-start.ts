import { secondsAfter } from '../../../domain/values/time.ts';
import { BoughError } from '../../../errors.ts';
import type { SecondStarts } from '../../../ports/activities.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';

export interface SecondStartPorts {
  secondStarts: SecondStarts;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** A turn ends by itself after this time, which is longer than a function may run. */
export const longestTurnSeconds = 16 * 60;

/**
 * Takes the project's turn for work that was interrupted before. There is one turn for each project, so a repository
 * whose work dies each time occupies one runner at most, and the others are free for other projects.
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

/** Gives the turn back; a turn that cannot be given back ends by itself. */
export async function endTurn(
  { secondStarts, log }: SecondStartPorts,
  project: string,
  activity: string,
): Promise<void> {
  await secondStarts.release(project, activity).catch((error: unknown) => {
    log.warn('turn not given back', { project, activity, error });
  });
}
