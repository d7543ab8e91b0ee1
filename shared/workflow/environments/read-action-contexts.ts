import type { ActionContext } from '../../domain/environments/actions.ts';
import { dataSources } from '../../domain/environments/data-source.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';

interface Stores {
  environments: Pick<Environments, 'get' | 'listOf'>;
  integrations: Pick<Integrations, 'listOf'>;
}

/** What actions on an environment are decided from. */
export async function readActionContext(stores: Stores, environment: Environment): Promise<ActionContext> {
  const contextOf = await readActionContexts(stores, environment.project, [environment]);
  return contextOf(environment);
}

/**
 * The same for some of a project's environments, with as many readings as for one. Where data would come from
 * is looked for among themselves first: of each it is certain whether there is a source, and which for a single one.
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

/** False for one that refuses data wherever that came from: then nothing is read for it. */
function canTakeData({ status, parent, activities }: Environment): boolean {
  return status === 'active' && parent !== null && activities.length === 0;
}

type Sources = ReturnType<typeof dataSources<Environment>>;

/** Their parents are asked before all the others: mostly they have data, and of the others there may be thousands. */
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
