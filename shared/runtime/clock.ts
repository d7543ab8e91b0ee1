import type { Clock } from '../ports/clock.ts';
import { newActivityId } from './ids.ts';

/** The clock of the operating system. */
export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  activityId: () => newActivityId(new Date()),
};
