import type { Clock } from '../ports/clock.ts';
import { newActivityId } from './ids.ts';

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  activityId: () => newActivityId(new Date()),
};
