import type { ActionContext } from '../../domain/environments/actions.ts';
import { dataSource, dataSources } from '../../domain/environments/data-source.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import { readDataLineage } from './steps/read-ancestors.ts';

interface Stores {
  environments: Pick<Environments, 'get' | 'related'>;
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

/** Searches the known environments before it reads ancestors, each once: a project can have thousands of environments. */
async function findSources(
  { environments }: Stores,
  project: string,
  takers: readonly Environment[],
  known: readonly Environment[],
): Promise<Sources> {
  const among = dataSources(known);
  const found = new Map<string, Environment | null>();
  const reader = readingOnce(environments, project);
  const orphans = takers.filter((taker) => among(taker) === null);
  await Promise.all(
    orphans.map(async (taker) =>
      found.set(taker.id, dataSource(taker, await readDataLineage(reader, taker))),
    ),
  );
  return (environment) => among(environment) ?? found.get(environment.id) ?? null;
}

/** The reads of a project, each made once. */
function readingOnce(
  { get, related }: Stores['environments'],
  project: string,
): Pick<Environments, 'get' | 'related'> {
  const single = new Map<string, Promise<Environment | null>>();
  const several = new Map<string, Promise<Environment[]>>();
  return {
    get: (_, id) => single.get(id) ?? kept(single, id, get(project, id)),
    async related(_, relation, except) {
      const key = JSON.stringify(relation);
      const all = await (several.get(key) ?? kept(several, key, related(project, relation)));
      return all.filter(({ id }) => id !== except);
    },
  };
}

function kept<T>(values: Map<string, T>, key: string, value: T): T {
  values.set(key, value);
  return value;
}
