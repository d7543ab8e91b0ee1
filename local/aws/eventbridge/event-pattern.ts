import { UnsupportedTemplateError } from '../../errors.ts';

type Test = (value: unknown) => boolean;

/** Whether an event has what the pattern asks for. */
export type EventMatcher = (event: unknown) => boolean;

const text =
  (test: (value: string, wanted: string) => boolean) =>
  (wanted: unknown): Test => {
    if (typeof wanted !== 'string') throw unsupported(wanted);
    return (value) => typeof value === 'string' && test(value, wanted);
  };

/** EventBridge's comparisons that exist locally. */
const COMPARISONS: Readonly<Record<string, (wanted: unknown) => Test>> = {
  prefix: text((value, wanted) => value.startsWith(wanted)),
  suffix: text((value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': text((value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  exists: (wanted) => (value) => (value !== undefined) === wanted,
  'anything-but': (wanted) => {
    const unwanted = (Array.isArray(wanted) ? wanted : [wanted]).map(compileTest);
    return (value) => value !== undefined && unwanted.every((test) => !test(value));
  },
};

/**
 * Compiles an EventBridge pattern: objects nest, lists are alternatives, a list in the event matches with any element.
 * @throws UnsupportedTemplateError naming a comparison that does not exist locally
 */
export function compilePattern(pattern: Readonly<Record<string, unknown>>): EventMatcher {
  const fields = Object.entries(pattern).map(([name, wanted]) => [name, compileField(name, wanted)] as const);
  return (event) => fields.every(([name, matches]) => matches(property(event, name)));
}

function compileField(name: string, wanted: unknown): EventMatcher {
  if (name.startsWith('$')) throw unsupported(name);
  if (Array.isArray(wanted)) {
    const tests = wanted.map(compileTest);
    return (value) =>
      (Array.isArray(value) ? value : [value]).some((item) => tests.some((test) => test(item)));
  }
  if (!isObject(wanted)) throw unsupported(wanted);
  return compilePattern(wanted);
}

function compileTest(wanted: unknown): Test {
  if (!isObject(wanted)) return (value) => value === wanted;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(wanted);
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison === undefined || more.length > 0) throw unsupported(wanted);
  return comparison(argument);
}

function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unsupported(part: unknown): UnsupportedTemplateError {
  return new UnsupportedTemplateError(
    `The event pattern has ${JSON.stringify(part)}, which is not emulated.`,
  );
}
