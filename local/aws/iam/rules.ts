import type { Statement } from '../../template/policies.ts';
import type { Call, Tags } from './call.ts';

/** One action on one resource, out of a statement with several. */
export interface Rule {
  readonly effect: Statement['Effect'];
  readonly text: string;
  matches(call: Call, tags: Tags): boolean;
}

interface Test {
  readonly text: string;
  passes(value: string, tags: Tags): boolean;
}

/** The rules that a statement comes to. */
export function rulesOf(statement: Statement): Rule[] {
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  const condition = conditionOf(statement);
  const resources = testsOf(Resource, NotResource);
  // Actions are compared without regard to case.
  return testsOf(Action, NotAction, 'i').flatMap((action) =>
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

function testsOf(any: readonly string[] = [], none: readonly string[] = [], flags = ''): Test[] {
  const included = any.map((text) => ({ text, passes: matcher(text, flags) }));
  if (none.length === 0) return included;
  const excluded = none.map((pattern) => matcher(pattern, flags));
  const passes = (value: string, tags: Tags) => !excluded.some((matches) => matches(value, tags));
  return [...included, { text: `all but ${none.join(', ')}`, passes }];
}

function conditionOf({ Condition }: Statement) {
  const { StringEquals, Null } = Condition;
  // No key has more than one value here.
  const StringLike = { ...Condition.StringLike, ...Condition['ForAnyValue:StringLike'] };
  const tests = [
    ...Object.entries(StringEquals).map(([key, values]) => ({
      text: ` if ${key} is ${values.join(' or ')}`,
      holds: (value: string, tags: Tags) => values.some((one) => replaceTags(one, tags) === value),
      key,
    })),
    ...Object.entries(StringLike).map(([key, values]) => ({
      text: ` if ${key} is like ${values.join(' or ')}`,
      holds: (value: string, tags: Tags) => values.some((pattern) => matcher(pattern, '')(value, tags)),
      key,
    })),
  ];
  return {
    text: tests.map(({ text }) => text).join(''),
    holds: (context: Readonly<Record<string, string>>, tags: Tags) =>
      // Here it is always a program's code that calls.
      Null === undefined &&
      tests.every(({ key, holds }) => {
        const value = context[key];
        return value !== undefined && holds(value, tags);
      }),
  };
}

/** A pattern with the caller's tags in it; null when the caller has no such tag: such a pattern fits nothing. */
function replaceTags(pattern: string, tags: Tags): string | null {
  let isComplete = true;
  const replaced = pattern.replace(/\$\{aws:PrincipalTag\/([^}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
    isComplete &&= value !== undefined;
    return value ?? '';
  });
  return isComplete ? replaced : null;
}

/** `*` stands for any characters, slashes too, and `?` for one. */
function matcher(pattern: string, flags: string): Test['passes'] {
  const compiled = pattern.includes('${') ? null : wildcard(pattern, flags);
  return (value, tags) => {
    if (compiled) return compiled.test(value);
    // No tag may have a wildcard in it.
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
