import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { createHandler } from '../../functions/prune/handler.ts';
import type { Effect } from '../../shared/domain/activities/effect.ts';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import { pruneIntegration } from '../../shared/workflow/integrations/prune-integration.ts';
import { anEnvironment, anIntegration, aProject, theProductionEnvironment } from '../support/builders.ts';
import { aGitHost, aLog, aRepository } from '../support/doubles.ts';
import { memoryStores } from '../support/memory-stores.ts';
import { aWorld } from '../support/world.ts';
import { growthExponent } from './growth.ts';

/** The time and the calls of one tick of the schedule over this many idle integrations of one account. */
export interface PruneMeasure {
  integrations: number;
  seconds: number;
  git_listings: number;
  api_calls: number;
}

/** Prunes at a time. */
const concurrency = 10;

/** Measures ticks without changes, soon after a tick that made all checks. Git and the stores are in memory. */
export async function measurePrunes(
  sizes: readonly number[] = [100, 2000],
): Promise<{ measures: PruneMeasure[]; exponents: { time: number; calls: number } }> {
  const measures: PruneMeasure[] = [];
  for (const integrations of sizes) measures.push(await measure(integrations));
  const exponentOf = (measureOf: (one: PruneMeasure) => number) =>
    growthExponent(measures.map((one) => ({ size: one.integrations, measure: measureOf(one) })));
  return {
    measures,
    exponents: {
      time: exponentOf(({ seconds }) => seconds),
      calls: exponentOf(({ git_listings, api_calls }) => git_listings + api_calls),
    },
  };
}

async function measure(count: number): Promise<PruneMeasure> {
  const stores = memoryStores();
  const { ports } = await aWorld({ stores, environments: [theProductionEnvironment(), anEnvironment()] });
  const bitbucket = aGitHost(aRepository({ main: 'A', 'feature/x': 'A' }));
  for (let index = 1; index < count; index++) {
    const owner = { project: `p${index}`, integration: `i${index}` };
    await stores.projects.save(aProject({ id: owner.project }));
    await stores.integrations.save(anIntegration({ project: owner.project, id: owner.integration }));
    for (const environment of [theProductionEnvironment(owner), anEnvironment(owner)])
      await stores.environments.save(environment);
  }
  const prunes: Effect[] = [];
  const schedule = createHandler({
    integrations: stores.integrations,
    effects: { send: async (effects) => void prunes.push(...effects) },
    resume: async () => undefined,
    log: aLog().log,
    random: Math.random,
    spreadSeconds: 300,
  });
  const connected = { ...ports, connect: async () => bitbucket.host };
  const tick = async () => {
    await schedule({}, {} as Context);
    await inParallel(prunes.splice(0), concurrency, async (effect) => {
      if (effect.type !== 'integration.prune') return;
      await pruneIntegration(connected, effect.project, effect.integration, effect.peers);
    });
  };
  await tick();
  bitbucket.calls.splice(0);
  const start = performance.now();
  await tick();
  const seconds = (performance.now() - start) / 1000;
  const git = bitbucket.calls.filter((call) => call.startsWith('listRefs'));
  const api = bitbucket.calls.filter((call) => call !== 'source' && !call.startsWith('listRefs'));
  return { integrations: count, seconds, git_listings: git.length, api_calls: api.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(`${JSON.stringify(await measurePrunes(), null, 2)}\n`);
