import type { Statement } from '../template/policies.ts';
import { AccessDeniedError } from './access-denied.ts';

/** One thing that a request does, as policies name it. */
export interface Call {
  readonly action: string;
  /** An ARN, or `*` where the service knows no resource. */
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Whether the owner of an access key may make a call; undefined stands for a request without a signature. */
export type Allows = (accessKey: string | undefined, call: Call) => boolean;

/** For an emulator that stands alone: there are no policies to ask. */
export const everyoneMay: Allows = () => true;

/** May do everything: provisioning, event source mappings, and whoever sits at the machine. */
export const ADMINISTRATOR = 'local';

/** The access key of a function or a build project. */
export const accessKeyOf = (name: string): string => `${ADMINISTRATOR}-${name}`;

/** A function or a build project, and what the policies of its role say. */
export interface Principal {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Authorizer {
  readonly allows: Allows;
  /** Until then it knows the administrator only: emulators are there before the template can be read. */
  introduce(principals: readonly Principal[]): void;
  /** The grants that no call has needed, a line for each action and resource. */
  unused(): string[];
}

/** Decides as IAM does: what no statement allows is denied, and a statement that denies has the last word. */
export function createAuthorizer(): Authorizer {
  const rules = new Map<string, readonly Rule[]>();
  const used = new Set<Rule>();
  return {
    introduce(principals) {
      for (const { name, statements } of principals)
        rules.set(accessKeyOf(name), statements.flatMap(rulesOf));
    },
    allows(accessKey, call) {
      if (accessKey === ADMINISTRATOR) return true;
      const matching = (rules.get(accessKey ?? '') ?? []).filter((rule) => rule.matches(call));
      if (matching.some(({ effect }) => effect === 'Deny')) return false;
      for (const rule of matching) used.add(rule);
      return matching.length > 0;
    },
    unused() {
      return [...rules].flatMap(([accessKey, its]) =>
        its
          .filter((rule) => rule.effect === 'Allow' && !used.has(rule))
          .map(({ text }) => `${accessKey.slice(ADMINISTRATOR.length + 1)}: ${text}`),
      );
    },
  };
}

/** Throws AccessDeniedError for the first call that is not allowed. */
export function requireAll(allows: Allows, accessKey: string | undefined, calls: readonly Call[]): void {
  const denied = calls.find((call) => !allows(accessKey, call));
  if (denied !== undefined) throw new AccessDeniedError(accessKey, denied);
}

/** One action on one resource, out of a statement with several. */
interface Rule {
  readonly effect: Statement['Effect'];
  readonly text: string;
  matches(call: Call): boolean;
}

interface Test {
  readonly text: string;
  passes(value: string): boolean;
}

function rulesOf(statement: Statement): Rule[] {
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  const condition = conditionOf(statement);
  const resources = testsOf(Resource, NotResource);
  // Actions are compared without regard to case.
  return testsOf(Action, NotAction, 'i').flatMap((action) =>
    resources.map((resource) => ({
      effect: Effect,
      text: `${action.text} on ${resource.text}${condition.text}`,
      matches: (call: Call) =>
        action.passes(call.action) && resource.passes(call.resource) && condition.holds(call.context ?? {}),
    })),
  );
}

function testsOf(any: readonly string[] = [], none: readonly string[] = [], flags = ''): Test[] {
  const included = any.map((pattern) => {
    const expression = wildcard(pattern, flags);
    return { text: pattern, passes: (value: string) => expression.test(value) };
  });
  if (none.length === 0) return included;
  const excluded = none.map((pattern) => wildcard(pattern, flags));
  const passes = (value: string) => !excluded.some((expression) => expression.test(value));
  return [...included, { text: `all but ${none.join(', ')}`, passes }];
}

function conditionOf({ Condition: { StringEquals, StringLike } }: Statement) {
  const tests = [
    ...Object.entries(StringEquals).map(([key, values]) => ({
      text: ` if ${key} is ${values.join(' or ')}`,
      holds: (value: string) => values.includes(value),
      key,
    })),
    ...Object.entries(StringLike).map(([key, values]) => ({
      text: ` if ${key} is like ${values.join(' or ')}`,
      holds: (value: string) => values.some((pattern) => wildcard(pattern, '').test(value)),
      key,
    })),
  ];
  return {
    text: tests.map(({ text }) => text).join(''),
    holds: (context: Readonly<Record<string, string>>) =>
      tests.every(({ key, holds }) => {
        const value = context[key];
        return value !== undefined && holds(value);
      }),
  };
}

/** `*` stands for any characters, slashes too, and `?` for one. */
function wildcard(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}
