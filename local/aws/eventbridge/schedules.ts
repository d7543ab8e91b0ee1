import { type Log, logProblem } from '../../log/log.ts';
import type { Resources } from '../../template/resources.ts';
import type { Deliver } from './event-bus.ts';

/** A schedule and the delivery of its input. */
export interface ScheduledTask {
  readonly name: string;
  run(): Promise<void>;
}

/** Reads the template's enabled EventBridge Scheduler schedules. */
export function readSchedules(
  { schedules }: Pick<Resources, 'schedules'>,
  deliver: Deliver,
): ScheduledTask[] {
  return schedules
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ ref, properties: { Target } }) => ({
      name: ref,
      run: () => deliver(Target.Arn, Target.Input ?? '{}'),
    }));
}

/**
 * Runs all tasks every so many seconds; 0 for never. A tick is skipped while the previous one still runs.
 * @returns a function that stops the clock
 */
export function startClock(tasks: readonly ScheduledTask[], seconds: number, log: Log): () => void {
  if (seconds === 0 || tasks.length === 0) return () => undefined;
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    Promise.all(
      tasks.map((task) =>
        task.run().catch((error: unknown) => logProblem(log, `The schedule ${task.name} failed`, error)),
      ),
    ).finally(() => {
      busy = false;
    });
  }, seconds * 1000);
  return () => clearInterval(timer);
}
