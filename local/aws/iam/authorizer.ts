import { randomUUID } from 'node:crypto';
import type { Statement, Trust } from '../../template/policies.ts';
import { AccessDeniedError } from './access-denied.ts';
import type { Call, SessionTags, Tags } from './call.ts';
import { type Rule, rulesOf } from './rules.ts';

/** Decides whether the owner of an access key may make a call; undefined stands for an unsigned request. */
export type Allows = (accessKey: string | undefined, call: Call) => boolean;

/** Allows every call: for an emulator without a stack. */
export const allowAll: Allows = () => true;

/** Access key without restrictions: for provisioning, event source mappings and the developer. */
export const ADMINISTRATOR = 'local';

/** Returns the access key of a function, build project or session. */
export const accessKeyOf = (name: string): string => `${ADMINISTRATOR}-${name}`;

/** Reports whether an access key belongs to a function, build project or session of the stack. */
export const isProgram = (accessKey: string | undefined): accessKey is string =>
  accessKey?.startsWith(`${ADMINISTRATOR}-`) ?? false;

/** A role with the statements of its policies. */
export interface RoleRights {
  readonly arn: string;
  readonly statements: readonly Statement[];
  /** Statements of the permissions boundary; undefined without a boundary. */
  readonly boundary: readonly Statement[] | undefined;
  /** The statements of the trust policy. */
  readonly trusts: readonly Trust[];
  /** True for a role of another stack, whose unused grants are not reported. */
  readonly isForeign?: boolean;
}

/** A function or build project, and its role. */
export interface Principal {
  readonly name: string;
  readonly role: RoleRights | undefined;
}

/** The principals and roles of a template. */
export interface Identities {
  readonly principals: readonly Principal[];
  /** Includes roles that only sessions have. */
  readonly roles: readonly RoleRights[];
}

/** Evaluates the template's policies. */
export interface Authorizer {
  readonly allows: Allows;
  /** Registers the template's identities. Emulators start before the template can be read; until then only ADMINISTRATOR is allowed. */
  register(identities: Identities): void;
  /**
   * Starts a session of a role and returns its access key. The session inherits the caller's transitive tags. Throws
   * AccessDeniedError unless the caller's policies and the role's trust policy allow it, and InheritedTagError for a tag
   * that the caller has inherited or passes on.
   */
  assume(accessKey: string | undefined, roleArn: string, session: SessionTags): string;
  /** Lists the grants that no call has used, a line per action and resource. */
  unused(): string[];
}

/** The owner of an access key. */
interface Caller extends SessionTags {
  readonly role: CompiledRole;
}

/** The error of a session that would replace a transitive tag. */
export class InheritedTagError extends Error {
  constructor(key: string) {
    super(`The tag ${key} is transitive: a session of a further role cannot replace it.`);
  }
}

interface CompiledRole extends RoleRights {
  /** Name of the function or build project, or of the role when only sessions have it. */
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Rules of the boundary. */
  readonly limits: readonly Rule[] | undefined;
  readonly trusted: readonly { readonly principals: readonly string[]; readonly rules: readonly Rule[] }[];
}

/** Creates an authorizer with IAM's evaluation: a call needs an Allow, and a Deny overrides every Allow. */
export function createAuthorizer(): Authorizer {
  const compiled: CompiledRole[] = [];
  const callers = new Map<string, Caller>();
  const used = new Set<Rule>();

  const allows: Allows = (accessKey, call) => {
    if (accessKey === ADMINISTRATOR) return true;
    const caller = callers.get(accessKey ?? '');
    if (caller === undefined) return false;
    const { role, tags } = caller;
    const full = withCaller(call, caller);
    const matching = role.rules.filter((rule) => rule.matches(full, tags));
    const limiting = role.limits?.filter((rule) => rule.matches(full, tags)) ?? matching;
    if (!permits(matching) || !permits(limiting)) return false;
    for (const rule of matching) used.add(rule);
    return true;
  };

  return {
    allows,
    register({ principals, roles }) {
      for (const { name, role } of principals) {
        if (role === undefined) continue;
        const compiledRole = compile(role, name);
        compiled.push(compiledRole);
        callers.set(accessKeyOf(name), { role: compiledRole, tags: {}, transitive: [] });
      }
      const others = roles.filter(({ arn }) => compiled.every((role) => role.arn !== arn));
      compiled.push(...others.map((role) => compile(role, nameOf(role.arn))));
    },
    assume(accessKey, roleArn, { tags, transitive }) {
      const role = compiled.find(({ arn }) => arn === roleArn);
      const caller = callers.get(accessKey ?? '');
      const inherited = inheritedFrom(caller);
      const isTagged = Object.keys({ ...tags, ...inherited }).length > 0;
      for (const action of ['sts:AssumeRole', ...(isTagged ? ['sts:TagSession'] : [])]) {
        const call = { action, resource: roleArn };
        if (!role || !caller || !allows(accessKey, call) || !trusts(role, caller, call)) {
          throw new AccessDeniedError(accessKey, call);
        }
      }
      const replaced = Object.keys(tags).find((key) => Object.hasOwn(inherited, key));
      if (replaced !== undefined) throw new InheritedTagError(replaced);
      const session = accessKeyOf(`${role?.name}-${randomUUID()}`);
      if (role) {
        const keys = [...Object.keys(inherited), ...transitive];
        callers.set(session, { role, tags: { ...tags, ...inherited }, transitive: keys });
      }
      return session;
    },
    unused() {
      const own = compiled.filter(({ isForeign = false }) => !isForeign);
      return own.flatMap(({ name, rules }) =>
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
    trusted: role.trusts.map(({ principals, statement }) => ({ principals, rules: rulesOf(statement) })),
  };
}

/** The call with the caller's tags and the ARN of its role, which no session can change, as condition keys. */
function withCaller(call: Call, { role, tags }: Caller): Call {
  const keys = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  const context = { ...call.context, ...Object.fromEntries(keys), 'aws:PrincipalArn': role.arn };
  return { ...call, context };
}

/** The tags that a session of a further role inherits. */
function inheritedFrom(caller: Caller | undefined): Tags {
  const entries = Object.entries(caller?.tags ?? {});
  return Object.fromEntries(entries.filter(([key]) => caller?.transitive.includes(key)));
}

/** Whether a role's trust policy allows a caller this call: by the ARN of its role, or by its account. */
function trusts({ trusted }: CompiledRole, caller: Caller, call: Call): boolean {
  const { arn } = caller.role;
  const names = [arn, arn.replace(/:role\/.*/, ':root')];
  const full = withCaller(call, caller);
  return permits(
    trusted
      .filter(({ principals }) => principals.some((principal) => names.includes(principal)))
      .flatMap(({ rules }) => rules.filter((rule) => rule.matches(full, caller.tags))),
  );
}

function nameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}

function permits(matching: readonly Rule[]): boolean {
  return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
}

/** Throws AccessDeniedError for the first call that is denied. */
export function requireAll(allows: Allows, accessKey: string | undefined, calls: readonly Call[]): void {
  const denied = calls.find((call) => !allows(accessKey, call));
  if (denied !== undefined) throw new AccessDeniedError(accessKey, denied);
}
