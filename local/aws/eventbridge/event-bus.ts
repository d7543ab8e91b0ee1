import { type Log, logProblem } from '../../log/log.ts';
import type { Resource } from '../../template/resources.ts';
import type { RuleProperties } from '../../template/schemas.ts';
import { compilePattern } from './event-pattern.ts';

/** Sends a payload to the target with this ARN. */
export type Deliver = (targetArn: string, payload: string) => Promise<void>;

/**
 * Creates the default event bus with the template's rules. The result emits an event to the targets of all matching
 * rules. A failure of one target is logged and does not affect the others.
 */
export function createEventBus(
  rules: readonly Resource<RuleProperties>[],
  deliver: Deliver,
  log: Log,
): (event: unknown) => Promise<void> {
  const compiled = rules
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ ref, properties: { EventPattern, Targets } }) => ({
      name: ref,
      matches: compilePattern(EventPattern),
      targets: Targets,
    }));
  return async (event) => {
    const due = compiled.filter(({ matches }) => matches(event));
    const payload = JSON.stringify(event);
    await Promise.all(
      due.flatMap(({ name, targets }) =>
        targets.map(({ Arn }) =>
          deliver(Arn, payload).catch((error: unknown) =>
            logProblem(log, `The rule ${name} could not deliver an event`, error),
          ),
        ),
      ),
    );
  };
}
