import type { Statement } from '../../template/policies.ts';
import type { Resources } from '../../template/resources.ts';
import type { Introduction, RoleRights } from './authorizer.ts';

type Role = Resources['roles'][number];

/** The roles of a template, and the functions and build projects that have them. */
export function readPrincipals(resources: Resources): Introduction {
  const roles = resources.roles.map((role) => rightsOf(role, resources));
  const roleOf = (arn: string | undefined) => roles.find((role) => role.arn === arn);
  const principals = [
    ...resources.functions.map(({ ref, properties }) => ({ name: ref, role: roleOf(properties.Role) })),
    ...resources.projects.map(({ ref, properties }) => ({ name: ref, role: roleOf(properties.ServiceRole) })),
  ];
  return { principals, roles };
}

function rightsOf(role: Role, { policies, managedPolicies }: Resources): RoleRights {
  const { Policies, PermissionsBoundary, AssumeRolePolicyDocument } = role.properties;
  const attached = policies.filter(({ properties }) => properties.Roles.includes(role.ref));
  return {
    arn: role.arn,
    statements: [...Policies, ...attached.map(({ properties }) => properties)].flatMap(statementsOf),
    boundary:
      PermissionsBoundary === undefined ? undefined : boundaryOf(PermissionsBoundary, managedPolicies),
    trusts: AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) => Principal.AWS),
  };
}

function boundaryOf(arn: string, policies: Resources['managedPolicies']): Statement[] {
  return policies.filter(({ ref }) => ref === arn).flatMap(({ properties }) => statementsOf(properties));
}

function statementsOf({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }): Statement[] {
  return PolicyDocument.Statement;
}
