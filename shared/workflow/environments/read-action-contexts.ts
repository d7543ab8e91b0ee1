import type { ActionContext } from '../../domain/environments/actions.ts';
import { dataSources } from '../../domain/environments/data-source.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';

interface Stores {
  environments: Pick<Environments, 'get' | 'listOf'>;
  integrations: Pick<Integrations, 'listOf'>;
}

/** Reads the state from which an action on an environment is decided. */
export async function readActionContext(stores: Stores, environment: Environment): Promise<ActionContext> {
  const contextOf = await readActionContexts(stores, environment.project, [environment]);
  return contextOf(environment);
}

/**
 * Reads the contexts of several environments of a project with as many reads as for one. Data sources are searched among
 * the given environments first. Each context has a source if one exists; for several environments it may be a farther
 * ancestor than the nearest.
 */
export async function readActionContexts(
  stores: Stores,
  project: string,
  environments: readonly Environment[],
): Promise<(environment: Environment) => ActionContext> {
  const [integrations, sourceOf] = await Promise.all([
    stores.integrations.listOf(project),
    findSources(stores, project, environments.filter(canTakeData), environments),
  ]);
  const byId = new Map(integrations.map((integration) => [integration.id, integration]));
  return (environment) => ({
    environment,
    integration: byId.get(environment.integration) ?? null,
    data_source: canTakeData(environment) ? sourceOf(environment) : null,
  });
}

/** Whether an environment can receive data. No data source is read for the others. */
function canTakeData({ status, parent, activities }: Environment): boolean {
  return status === 'active' && parent !== null && activities.length === 0;
}

type Sources = ReturnType<typeof dataSources<Environment>>;

/** Reads the parents before the whole project: parents usually have data, and a project can have thousands of environments. */
async function findSources(
  { environments }: Stores,
  project: string,
  takers: readonly Environment[],
  known: readonly Environment[],
): Promise<Sources> {
  const areFound = (sources: Sources) => takers.every((taker) => sources(taker) !== null);
  const among = dataSources(known);
  if (areFound(among)) return among;
  const orphans = takers.filter((taker) => among(taker) === null);
  const parents = await Promise.all(parentsOf(orphans).map((id) => environments.get(project, id)));
  const withParents = dataSources([...known, ...parents.filter((parent) => parent !== null)]);
  return areFound(withParents) ? withParents : dataSources(await environments.listOf(project));
}

function parentsOf(environments: readonly Environment[]): string[] {
  return [...new Set(environments.flatMap(({ parent }) => parent ?? []))];
}
