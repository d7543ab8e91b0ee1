import type { Statement } from '../../template/policies.ts';
import type { Call, Tags } from './call.ts';

/** One action on one resource of a statement. */
export interface Rule {
  readonly effect: Statement['Effect'];
  /** Description for the list of unused grants. */
  readonly text: string;
  matches(call: Call, tags: Tags): boolean;
}

/** A pattern for an action or a resource. */
interface Pattern {
  readonly text: string;
  passes(value: string, tags: Tags): boolean;
}

/** Splits a statement into rules. */
export function rulesOf(statement: Statement): Rule[] {
  const { Effect, Action, Resource, NotResource } = statement;
  const condition = conditionOf(statement);
  const resources = patternsOf(Resource, NotResource);
  return Action.map((text) => ({ text, passes: matcher(text, 'i') })).flatMap((action) =>
    resources.map((resource) => ({
      effect: Effect,
      text: `${action.text} on ${resource.text}${condition.text}`,
      matches: (call: Call, tags: Tags) =>
        action.passes(call.action, tags) &&
        resource.passes(call.resource, tags) &&
        condition.holds(call.context ?? {}, tags),
    })),
  );
}

function patternsOf(any: readonly string[] = [], none: readonly string[] = []): Pattern[] {
  const included = any.map((text) => ({ text, passes: matcher(text) }));
  if (none.length === 0) return included;
  const excluded = none.map((pattern) => matcher(pattern));
  const passes = (value: string, tags: Tags) => !excluded.some((matches) => matches(value, tags));
  return [...included, { text: `all but ${none.join(', ')}`, passes }];
}

function conditionOf({ Condition }: Statement) {
  const { StringEquals, Null } = Condition;
  // A call has at most one value per key.
  const StringLike = { ...Condition.StringLike, ...Condition['ForAnyValue:StringLike'] };
  const tests = [
    ...Object.entries(StringEquals).map(([key, values]) => ({
      text: ` if ${key} is ${values.join(' or ')}`,
      holds: (value: string, tags: Tags) => values.some((one) => replaceTags(one, tags) === value),
      key,
    })),
    ...Object.entries(StringLike).map(([key, values]) => ({
      text: ` if ${key} is like ${values.join(' or ')}`,
      holds: (value: string, tags: Tags) => values.some((pattern) => matcher(pattern)(value, tags)),
      key,
    })),
  ];
  return {
    text: tests.map(({ text }) => text).join(''),
    holds: (context: Readonly<Record<string, string>>, tags: Tags) =>
      // Every call comes from a function's or a build's code, so the key of Null is always present.
      Null === undefined &&
      tests.every(({ key, holds }) => {
        const value = context[key];
        return value !== undefined && holds(value, tags);
      }),
  };
}

/** Inserts the caller's session tags; null when a tag is missing, because such a pattern matches nothing. */
function replaceTags(pattern: string, tags: Tags): string | null {
  let isComplete = true;
  const replaced = pattern.replace(/\$\{aws:PrincipalTag\/([^}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
    isComplete &&= value !== undefined;
    return value ?? '';
  });
  return isComplete ? replaced : null;
}

/** Compiles a pattern: `*` matches any characters, including slashes, and `?` one character. */
function matcher(pattern: string, flags = ''): Pattern['passes'] {
  const compiled = pattern.includes('${') ? null : wildcard(pattern, flags);
  return (value, tags) => {
    if (compiled) return compiled.test(value);
    // STS refuses tags that contain wildcards.
    const replaced = replaceTags(pattern, tags);
    return replaced !== null && wildcard(replaced, flags).test(value);
  };
}

function wildcard(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}
