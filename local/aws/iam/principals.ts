import type { Statement } from '../../template/policies.ts';
import type { Resources } from '../../template/resources.ts';
import type { Identities, RoleRights } from './authorizer.ts';

type Role = Resources['roles'][number];

/** Reads the template's roles, and the functions and build projects that have one. */
export function readPrincipals(resources: Resources): Identities {
  const roles = resources.roles.map((role) => rightsOf(role, resources));
  const roleOf = (arn: string | undefined) => roles.find((role) => role.arn === arn);
  const principals = [
    ...resources.functions.map(({ ref, properties }) => ({ name: ref, role: roleOf(properties.Role) })),
    ...resources.projects.map(({ ref, properties }) => ({ name: ref, role: roleOf(properties.ServiceRole) })),
  ];
  return { principals, roles };
}

function rightsOf(role: Role, { policies, managedPolicies }: Resources): RoleRights {
  const { PermissionsBoundary, AssumeRolePolicyDocument, Policies } = role.properties;
  const attached = policies.filter(({ properties }) => properties.Roles.includes(role.ref));
  return {
    arn: role.arn,
    statements: [...attached.map(({ properties }) => properties), ...Policies].flatMap(statementsOf),
    boundary:
      PermissionsBoundary === undefined ? undefined : boundaryOf(PermissionsBoundary, managedPolicies),
    trusts: AssumeRolePolicyDocument,
  };
}

function boundaryOf(arn: string, policies: Resources['managedPolicies']): Statement[] {
  return policies.filter(({ ref }) => ref === arn).flatMap(({ properties }) => statementsOf(properties));
}

function statementsOf({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }): Statement[] {
  return PolicyDocument.Statement;
}
