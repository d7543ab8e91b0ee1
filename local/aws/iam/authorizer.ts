import { randomUUID } from 'node:crypto';
import type { Statement } from '../../template/policies.ts';
import { AccessDeniedError } from './access-denied.ts';
import type { Call, Tags } from './call.ts';
import { type Rule, rulesOf } from './rules.ts';

/** Whether the owner of an access key may make a call; undefined stands for a request without a signature. */
export type Allows = (accessKey: string | undefined, call: Call) => boolean;

/** For an emulator that stands alone: there are no policies to ask. */
export const everyoneMay: Allows = () => true;

/** May do everything: provisioning, event source mappings, and whoever sits at the machine. */
export const ADMINISTRATOR = 'local';

/** The access key of a function or a build project. */
export const accessKeyOf = (name: string): string => `${ADMINISTRATOR}-${name}`;

/** Whether an access key is a program's: people sign, if at all, with keys of their own. */
export const isProgram = (accessKey: string | undefined): accessKey is string =>
  accessKey?.startsWith(`${ADMINISTRATOR}-`) ?? false;

/** A role, and what its policies say. */
export interface RoleRights {
  readonly arn: string;
  readonly statements: readonly Statement[];
  /** The most that the statements can come to; undefined for no limit. */
  readonly boundary: readonly Statement[] | undefined;
  /** The roles that may take it on. */
  readonly trusts: readonly string[];
}

/** A function or a build project, and its role. */
export interface Principal {
  readonly name: string;
  readonly role: RoleRights | undefined;
}

/** Who there is, and every role, also those that no program has. */
export interface Introduction {
  readonly principals: readonly Principal[];
  readonly roles: readonly RoleRights[];
}

export interface Authorizer {
  readonly allows: Allows;
  /** Until then it knows the administrator only: emulators are there before the template can be read. */
  introduce(all: Introduction): void;
  /** The access key of a new session of a role. Throws AccessDeniedError for whom the role does not trust. */
  assume(accessKey: string | undefined, roleArn: string, tags: Tags): string;
  /** The grants that no call has needed, a line for each action and resource. */
  unused(): string[];
}

/** Whoever has an access key. */
interface Caller {
  readonly role: CompiledRole;
  readonly tags: Tags;
}

interface CompiledRole extends RoleRights {
  /** The program that has it, or its own name when sessions alone have it. */
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly limits: readonly Rule[] | undefined;
}

/** Decides as IAM does: what no statement allows is denied, and a statement that denies has the last word. */
export function createAuthorizer(): Authorizer {
  const compiled: CompiledRole[] = [];
  const callers = new Map<string, Caller>();
  const used = new Set<Rule>();

  const allows: Allows = (accessKey, call) => {
    if (accessKey === ADMINISTRATOR) return true;
    const caller = callers.get(accessKey ?? '');
    if (caller === undefined) return false;
    const { role, tags } = caller;
    const matching = role.rules.filter((rule) => rule.matches(call, tags));
    const limiting = role.limits?.filter((rule) => rule.matches(call, tags)) ?? matching;
    if (!permits(matching) || !permits(limiting)) return false;
    for (const rule of matching) used.add(rule);
    return true;
  };

  return {
    allows,
    introduce({ principals, roles }) {
      for (const { name, role } of principals) {
        if (role === undefined) continue;
        const its = compile(role, name);
        compiled.push(its);
        callers.set(accessKeyOf(name), { role: its, tags: {} });
      }
      const others = roles.filter(({ arn }) => compiled.every((role) => role.arn !== arn));
      compiled.push(...others.map((role) => compile(role, nameOf(role.arn))));
    },
    assume(accessKey, roleArn, tags) {
      const role = compiled.find(({ arn }) => arn === roleArn);
      const trusted = role?.trusts.includes(callers.get(accessKey ?? '')?.role.arn ?? '') ?? false;
      if (role === undefined || !trusted) {
        throw new AccessDeniedError(accessKey, { action: 'sts:AssumeRole', resource: roleArn });
      }
      const session = accessKeyOf(`${role.name}-${randomUUID()}`);
      callers.set(session, { role, tags });
      return session;
    },
    unused() {
      return compiled.flatMap(({ name, rules }) =>
        rules
          .filter((rule) => rule.effect === 'Allow' && !used.has(rule))
          .map(({ text }) => `${name}: ${text}`),
      );
    },
  };
}

function compile(role: RoleRights, name: string): CompiledRole {
  return {
    ...role,
    name,
    rules: role.statements.flatMap(rulesOf),
    limits: role.boundary?.flatMap(rulesOf),
  };
}

function nameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}

function permits(matching: readonly Rule[]): boolean {
  return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
}

/** Throws AccessDeniedError for the first call that is not allowed. */
export function requireAll(allows: Allows, accessKey: string | undefined, calls: readonly Call[]): void {
  const denied = calls.find((call) => !allows(accessKey, call));
  if (denied !== undefined) throw new AccessDeniedError(accessKey, denied);
}
