import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { type Log, logProblem } from '../../log/log.ts';
import { ACCOUNT, REGION } from '../../template/resource-types.ts';
import type { Resource, Resources } from '../../template/resources.ts';
import type { RuleProperties } from '../../template/schemas.ts';
import type { Deliver } from './event-bus.ts';
import { targetInput } from './event-input.ts';

/** Something that happens on a schedule. */
export interface ScheduledTask {
  readonly name: string;
  run(): Promise<void>;
}

/** Reads the template's schedules: those of EventBridge Scheduler, and rules with a schedule expression. */
export function readSchedules(
  { schedules, rules }: Pick<Resources, 'schedules' | 'rules'>,
  deliver: Deliver,
) {
  const ofScheduler = schedules
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ ref, arn, properties: { Target } }) => ({
      name: ref,
      run: () => deliver(Target.Arn, fillContext(Target.Input ?? '{}', arn)),
    }));
  return [...ofScheduler, ...rules.filter(isScheduled).flatMap((rule) => readRule(rule, deliver))];
}

type Rule = Resource<z.infer<typeof RuleProperties>>;

function isScheduled({ properties }: Rule): boolean {
  return properties.ScheduleExpression !== undefined && properties.State === 'ENABLED';
}

function readRule({ ref, arn, properties }: Rule, deliver: Deliver): ScheduledTask[] {
  return properties.Targets.map((target) => ({
    name: ref,
    run: () => deliver(target.Arn, targetInput(target, scheduledEvent(arn))),
  }));
}

function scheduledEvent(ruleArn: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: now(),
    region: REGION,
    resources: [ruleArn],
    detail: {},
  };
}

/** EventBridge Scheduler's context attributes. */
function fillContext(input: string, scheduleArn: string): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', now())
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/**
 * Runs all tasks every so many seconds (0: never). A tick that comes while the last one is still at work is left out.
 * @returns what ends it
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
