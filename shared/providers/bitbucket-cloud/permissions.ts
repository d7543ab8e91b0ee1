/** The scopes that Bough needs, with their labels on the settings page of an OAuth consumer. */
const labels = {
  repository: 'Repositories: Read',
  pullrequest: 'Pull requests: Read',
  webhook: 'Webhooks: Read and write',
} as const;

type Scope = keyof typeof labels;
const required: readonly Scope[] = ['repository', 'pullrequest', 'webhook'];

/** The scopes that include other scopes: https://developer.atlassian.com/cloud/bitbucket/rest/intro/ */
const included: Record<string, readonly Scope[]> = {
  'repository:write': ['repository'],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository'],
  project: ['repository'],
};

/** The permissions that Bough's OAuth consumer needs, by their labels. */
export const requiredPermissions: readonly string[] = required.map((scope) => labels[scope]);

/** The required permissions that a token with these scopes lacks, by their labels. */
export function permissionsMissingIn(scopes: readonly string[]): string[] {
  const granted = new Set(scopes.flatMap((scope) => [scope, ...(included[scope] ?? [])]));
  return required.filter((scope) => !granted.has(scope)).map((scope) => labels[scope]);
}
