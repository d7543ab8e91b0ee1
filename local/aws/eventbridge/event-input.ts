import type { RuleTarget } from '../../template/schemas.ts';
import { isObject } from './event-pattern.ts';

/** What a rule's target receives for an event, as text. */
export function targetInput({ Input, InputPath, InputTransformer }: RuleTarget, event: unknown): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(event, InputPath) ?? null);
  if (InputTransformer === undefined) return JSON.stringify(event);
  const values = Object.entries(InputTransformer.InputPathsMap).map(
    ([name, path]) => [name, valueAt(event, path)] as const,
  );
  const known = new Map<string, unknown>([
    ['aws.events.event', event],
    ['aws.events.event.json', event],
    ...values,
  ]);
  return fillTemplate(InputTransformer.InputTemplate, known);
}

/** `<name>` inside quotes becomes plain text, elsewhere JSON. */
function fillTemplate(template: string, values: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (token, name?: string) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (!quoted) return JSON.stringify(value ?? null);
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value ?? '')).slice(1, -1);
  });
}

/** Evaluates the JSON paths that EventBridge takes: `$`, `$.a.b-c`, `$.a[0]`. */
function valueAt(event: unknown, path: string): unknown {
  const steps = path.match(/[^.[\]$]+/g) ?? [];
  return steps.reduce((value: unknown, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, event);
}
