import { UnsupportedTemplateError } from '../../errors.ts';

/** Reports whether an event matches a pattern. */
export type EventMatcher = (event: unknown) => boolean;

/**
 * Compiles an EventBridge pattern of nested objects and lists of literal values. A list in the event matches when any of
 * its elements matches.
 * @throws UnsupportedTemplateError for a comparison operator, such as `prefix`
 */
export function compilePattern(pattern: Readonly<Record<string, unknown>>): EventMatcher {
  const fields = Object.entries(pattern).map(([name, wanted]) => [name, compileField(wanted)] as const);
  return (event) => fields.every(([name, matches]) => matches(property(event, name)));
}

function compileField(wanted: unknown): EventMatcher {
  if (!Array.isArray(wanted)) {
    if (!isObject(wanted)) throw unsupported(wanted);
    return compilePattern(wanted);
  }
  const operator = wanted.find(isObject);
  if (operator !== undefined) throw unsupported(operator);
  return (value) => (Array.isArray(value) ? value : [value]).some((item) => wanted.includes(item));
}

function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unsupported(part: unknown): UnsupportedTemplateError {
  return new UnsupportedTemplateError(
    `The event pattern has ${JSON.stringify(part)}, which is not emulated.`,
  );
}
