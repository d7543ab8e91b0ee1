import { type Environment, sourceRef } from '../environments/environment.ts';
import { sameCommit } from '../values/commit.ts';
import type { Integration } from './integration.ts';

/** A repository, as Bitbucket identifies it. */
export interface Origin {
  /** Ids of repositories on a Bitbucket Server are small numbers that another server has, too. */
  host: string;
  repository_uuid: string;
  /** Its name, for people. */
  repository: string;
}

/** The repository of an integration that was removed. Its environments still name the integration. */
export interface FormerIntegration extends Origin {
  id: string;
}

export function originOf(integration: Integration): Origin {
  const { repository, repository_uuid } = integration;
  const host = integration.type === 'bitbucket' ? 'bitbucket.org' : integration.url;
  return { host, repository_uuid, repository };
}

function isSame(one: Origin, other: Origin): boolean {
  return one.host === other.host && one.repository_uuid === other.repository_uuid;
}

/** Older entries are forgotten; the environments of a forgotten integration count as those of another repository. */
const mostRemembered = 20;

/** The list with one more integration that was removed. */
export function remember(
  former: readonly FormerIntegration[],
  integration: Integration,
): FormerIntegration[] {
  const { id } = integration;
  const others = former.filter((one) => one.id !== id);
  return [...others, { id, ...originOf(integration) }].slice(-mostRemembered);
}

/** Environments that an earlier integration has left behind. */
export interface Orphans {
  /** That integration's id. */
  integration: string;
  environments: Environment[];
  /** Null when it is not known which repository they come from. */
  origin: Origin | null;
}

/** Groups a project's environments by the integrations that they come from. */
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
 * True when environments come from the repository: it is known as theirs, or each of those that can be found there
 * is at the very commit that the repository has. Doubt makes them those of another repository.
 * @param refs the repository's references, or null when they were not read
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

/** Says which environments of which other repository are in the way of an integration, and what can be done. */
export function explainOrphans(strangers: readonly Orphans[], total: number): string {
  const ids = strangers.flatMap(({ environments }) => environments.map(({ id }) => id)).sort();
  const [nouns, them] = ids.length === 1 ? ['an environment', 'it'] : [`${ids.length} environments`, 'them'];
  const others = ids.length - mostNamed;
  const some = ids.slice(0, mostNamed).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const isSelectable = ids.length < total && ids.length <= mostNamed;
  const selection = isSelectable ? ids.map((id) => `'${id}'`).join(' ') : "'%'";
  return [
    `The project still has ${nouns} of ${sourcesOf(strangers)}: ${some}.`,
    `To take ${them} over, say --adopt (in the API: "adopt": true). An environment whose branch or pull request is not in this repository is then deleted.`,
    `To delete ${them} first: bough environment:delete --delete-branch --allow-delete-parent ${selection}`,
  ].join('\n  ');
}

function sourcesOf(strangers: readonly Orphans[]): string {
  const names = new Set(strangers.flatMap(({ origin }) => origin?.repository ?? []));
  if (names.size === 0) return 'an unknown repository';
  return `${names.size === 1 ? 'another repository' : 'other repositories'} (${[...names].join(', ')})`;
}

/** So many environments are named. */
const mostNamed = 10;
