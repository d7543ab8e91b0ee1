/** Bitbucket's name for a permission in tokens, and its label on the page of an OAuth consumer. */
const labels = {
  repository: 'Repositories: Read',
  pullrequest: 'Pull requests: Read',
  webhook: 'Webhooks: Read and write',
} as const;

type Scope = keyof typeof labels;
const required: readonly Scope[] = ['repository', 'pullrequest', 'webhook'];

/** The permissions that have others of ours within them: https://developer.atlassian.com/cloud/bitbucket/rest/intro/ */
const within: Record<string, readonly Scope[]> = {
  'repository:write': ['repository'],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository'],
  project: ['repository'],
};

/** What Bough needs of an OAuth consumer, as its page labels it. */
export const requiredPermissions: readonly string[] = required.map((scope) => labels[scope]);

/** Those of them that a token with these scopes lacks. */
export function permissionsMissingIn(scopes: readonly string[]): string[] {
  const granted = new Set(scopes.flatMap((scope) => [scope, ...(within[scope] ?? [])]));
  return required.filter((scope) => !granted.has(scope)).map((scope) => labels[scope]);
}
