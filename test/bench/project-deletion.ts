import { pathToFileURL } from 'node:url';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import { projectId } from '../support/builders.ts';
import { aCountedWorld } from '../support/counted-world.ts';
import type { World } from '../support/world.ts';
import { growthExponent } from './growth.ts';

/** The deletion of a project with this many environments, of which a tenth is deployed. */
export interface DeletionMeasure {
  environments: number;
  /** The request of the user. */
  request_ms: number;
  /** From the request until no record is left. */
  total_ms: number;
  read_units_each: number;
  write_units_each: number;
}

/** Measures the deletion of projects over DynamoDB. Mirrors, sites and builds are in memory. */
export async function measureProjectDeletion(sizes: readonly number[] = [250, 500, 1000]) {
  const measures: DeletionMeasure[] = [];
  for (const environments of sizes) measures.push(await measure(environments));
  const growthOf = (of: (one: DeletionMeasure) => number) =>
    growthExponent(measures.map((one) => ({ size: one.environments, measure: of(one) })));
  return {
    measures,
    exponents: {
      time: growthOf(({ total_ms }) => total_ms),
      read_units: growthOf((one) => one.read_units_each * one.environments),
    },
  };
}

/** The number of functions that run at the same time. */
const runners = 8;

/** Performs all effects and ends all builds, as several functions do. */
async function settleInParallel(world: World): Promise<void> {
  while (world.effects.length + world.builds.length > 0) {
    await inParallel(world.effects.splice(0), runners, (effect) => world.perform(effect));
    await inParallel(world.builds.splice(0), runners, (build) => world.endBuild(build));
  }
}

async function measure(environments: number): Promise<DeletionMeasure> {
  const { world, unitsOf, stop } = await aCountedWorld(environments - 1);
  const start = performance.now();
  let requested = start;
  const units = await unitsOf(async () => {
    await world.deleteProject();
    requested = performance.now();
    await settleInParallel(world);
  });
  const end = performance.now();
  if (await world.projects.get(projectId)) throw new Error('The project still exists');
  await stop();
  return {
    environments,
    request_ms: requested - start,
    total_ms: end - start,
    read_units_each: units.read / environments,
    write_units_each: units.write / environments,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { measures, exponents } = await measureProjectDeletion();
  for (const one of measures) process.stdout.write(`${JSON.stringify(one)}\n`);
  process.stdout.write(`${JSON.stringify(exponents)}\n`);
}
