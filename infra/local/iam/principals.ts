import type { Resources } from '../template/resources.ts';
import type { Principal } from './authorizer.ts';

/** The functions and build projects of a template, each with the statements of its role. */
export function readPrincipals({ functions, projects, roles, policies }: Resources): Principal[] {
  const statementsOf = (roleArn: string | undefined) => {
    const role = roles.find(({ arn }) => arn === roleArn);
    if (role === undefined) return [];
    const attached = policies.filter(({ properties }) => properties.Roles.includes(role.ref));
    return [
      ...role.properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      ...attached.flatMap(({ properties }) => properties.PolicyDocument.Statement),
    ];
  };
  return [
    ...functions.map(({ ref, properties }) => ({ name: ref, statements: statementsOf(properties.Role) })),
    ...projects.map(({ ref, properties }) => ({
      name: ref,
      statements: statementsOf(properties.ServiceRole),
    })),
  ];
}
