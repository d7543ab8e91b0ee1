import type * as z from 'zod';
import { type Log, logProblem } from '../../log/log.ts';
import type { Resource } from '../../template/resources.ts';
import type { RuleProperties } from '../../template/schemas.ts';
import { targetInput } from './event-input.ts';
import { compilePattern } from './event-pattern.ts';

/** Hands a payload to a target's ARN. */
export type Deliver = (targetArn: string, payload: string) => Promise<void>;

/**
 * The default event bus with the template's rules: returns what emits an event to all targets of matching rules.
 * A target that fails is logged; the others get theirs.
 */
export function createEventBus(
  rules: readonly Resource<z.infer<typeof RuleProperties>>[],
  deliver: Deliver,
  log: Log,
): (event: unknown) => Promise<void> {
  const compiled = rules
    .filter(({ properties }) => properties.State === 'ENABLED')
    .flatMap(({ ref, properties: { EventPattern, Targets } }) =>
      EventPattern === undefined
        ? []
        : [{ name: ref, matches: compilePattern(EventPattern), targets: Targets }],
    );
  return async (event) => {
    const due = compiled.filter(({ matches }) => matches(event));
    await Promise.all(
      due.flatMap(({ name, targets }) =>
        targets.map((target) =>
          deliver(target.Arn, targetInput(target, event)).catch((error: unknown) =>
            logProblem(log, `The rule ${name} could not deliver an event`, error),
          ),
        ),
      ),
    );
  };
}
