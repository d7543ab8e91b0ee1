import { type Environment, sourceRef } from '../environments/environment.ts';
import { sameCommit } from '../values/commit.ts';
import type { Integration } from './integration.ts';

/** The identity of a repository on Bitbucket. */
export interface Origin {
  /** The host of Bitbucket: repository ids of a Bitbucket Server are unique on that server only. */
  host: string;
  repository_uuid: string;
  /** The name of the repository, for texts. */
  repository: string;
}

/** An integration that was removed, and its repository. Its environments still have the id of the integration. */
export interface FormerIntegration extends Origin {
  id: string;
}

/** The identity of an integration's repository. */
export function originOf(integration: Integration): Origin {
  const { repository, repository_uuid } = integration;
  const host = integration.type === 'bitbucket' ? 'bitbucket.org' : integration.url;
  return { host, repository_uuid, repository };
}

function isSame(one: Origin, other: Origin): boolean {
  return one.host === other.host && one.repository_uuid === other.repository_uuid;
}

/** The most entries of the list. The environments of an integration without an entry count as unrelated. */
const mostRemembered = 20;

/** The list of removed integrations with one more. */
export function remember(
  former: readonly FormerIntegration[],
  integration: Integration,
): FormerIntegration[] {
  const { id } = integration;
  const others = former.filter((one) => one.id !== id);
  return [...others, { id, ...originOf(integration) }].slice(-mostRemembered);
}

/** The environments of a removed integration. */
export interface Orphans {
  /** The id of the removed integration. */
  integration: string;
  environments: Environment[];
  /** The repository of the environments; null when it is unknown. */
  origin: Origin | null;
}

/** Groups a project's environments by their integration. */
export function orphansOf(
  environments: readonly Environment[],
  former: readonly FormerIntegration[],
): Orphans[] {
  const integrations = new Set(environments.map(({ integration }) => integration));
  return [...integrations].map((integration) => ({
    integration,
    environments: environments.filter((environment) => environment.integration === integration),
    origin: former.find(({ id }) => id === integration) ?? null,
  }));
}

/**
 * True when the environments belong to the repository: their origin is this repository, or unknown and each comparable
 * environment is at the commit of the repository's reference. In doubt they belong to another repository.
 * @param refs the repository's references; null when they were not read
 */
export function belongTo(
  { origin, environments }: Orphans,
  repository: Origin,
  refs: ReadonlyMap<string, string> | null,
): boolean {
  if (origin) return isSame(origin, repository);
  const comparable = environments.filter(
    ({ pull_request, head_commit }) => head_commit !== null && !pull_request?.fork,
  );
  const isThere = (environment: Environment) =>
    sameCommit(refs?.get(sourceRef(environment)) ?? null, environment.head_commit);
  return comparable.length > 0 && comparable.every(isThere);
}

/** The message about environments of other repositories that prevent a new integration, with the remedies. */
export function explainOrphans(unrelated: readonly Orphans[], total: number): string {
  const ids = unrelated.flatMap(({ environments }) => environments.map(({ id }) => id)).sort();
  const [nouns, them] = ids.length === 1 ? ['an environment', 'it'] : [`${ids.length} environments`, 'them'];
  const others = ids.length - mostNamed;
  const some = ids.slice(0, mostNamed).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const isSelectable = ids.length < total && ids.length <= mostNamed;
  const selection = isSelectable ? ids.map((id) => `'${id}'`).join(' ') : "'%'";
  return [
    `The project still has ${nouns} of ${sourcesOf(unrelated)}: ${some}.`,
    `To take ${them} over, use --adopt (in the API: "adopt": true). An environment whose branch or pull request is not in this repository is then deleted.`,
    `To delete ${them} first: bough environment:delete --delete-branch --allow-delete-parent ${selection}`,
  ].join('\n  ');
}

function sourcesOf(unrelated: readonly Orphans[]): string {
  const names = new Set(unrelated.flatMap(({ origin }) => origin?.repository ?? []));
  if (names.size === 0) return 'an unknown repository';
  return `${names.size === 1 ? 'another repository' : 'other repositories'} (${[...names].join(', ')})`;
}

/** The most environments that the message lists. */
const mostNamed = 10;
