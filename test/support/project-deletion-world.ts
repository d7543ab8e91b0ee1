import type { Environment } from '../../shared/domain/environments/environment.ts';
import {
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  projectId,
  theProductionEnvironment,
} from './builders.ts';
import { withPullRequest } from './busy-world.ts';
import { collect } from './chunks.ts';
import { aWorld, type World } from './world.ts';

/** The id of the project that must survive. */
export const otherId = 'another-project';
const url = 'https://api.example.org/integration23/hook';

/** A project with environments, history, files and a webhook, and a second project that deletion must not touch. */
export async function projectDeletionWorld(
  environments: readonly Environment[] = [
    theProductionEnvironment(),
    anEnvironment(),
    aPullRequestEnvironment(),
  ],
) {
  const world = await aWorld({ environments, repository: withPullRequest('A') });
  world.bitbucket.hooks.push({
    url,
    secret: 'webhook-secret',
    state: { active: true, missing_events: [], has_secret: true },
  });
  await world.projects.save(aProject({ id: otherId }));
  await world.integrations.save(anIntegration({ project: otherId, id: 'other' }));
  await world.environments.save(anEnvironment({ project: otherId, integration: 'other' }));
  world.files.add(otherId);
  return world;
}

/** The remaining parts of a project; empty after its deletion. */
export async function remainingParts(world: World, project = projectId): Promise<string[]> {
  const [one, integrations, environments, history] = await Promise.all([
    world.projects.get(project),
    world.integrations.listOf(project),
    world.environments.listOf(project),
    collect(world.finished.listOf(project)),
  ]);
  return [
    ...(one ? ['project'] : []),
    ...integrations.map(({ id }) => `integration ${id}`),
    ...environments.map(({ id }) => `environment ${id}`),
    ...history.map(({ text }) => `history ${text}`),
    ...(world.files.has(project) ? ['files'] : []),
    ...(project === projectId ? world.bitbucket.hooks.map((hook) => `webhook ${hook.url}`) : []),
  ];
}

/** Performs the messages that queue the deletions of environments, and nothing else. */
export async function queueDeletions(world: World): Promise<void> {
  for (const effect of world.effects.splice(0)) {
    if (effect.type === 'project.purge') await world.perform(effect);
    else world.effects.push(effect);
  }
}

/** Delivers the delayed effects and runs all work. */
export async function runDelayedEffects(world: World): Promise<void> {
  world.effects.push(...world.delayed.splice(0));
  await world.settle();
}

/** The methods that write, grouped by port. */
function writesOf({ ports }: World) {
  const { projects, integrations, environments, effects, files } = ports;
  return [
    [projects, ['save', 'erase']],
    [integrations, ['save', 'remove']],
    [environments, ['save', 'remove']],
    [effects, ['send']],
    [files, ['purge']],
  ] as const;
}

/**
 * Makes the write with this number (from 1) throw once.
 * @param when `before` the write has an effect, or `after` it, as with a lost response
 */
export function crashAt(world: World, number: number, when: 'before' | 'after'): { writes(): number } {
  let count = 0;
  for (const [target, names] of writesOf(world)) {
    for (const name of names) {
      const write: (...given: unknown[]) => Promise<unknown> = Reflect.get(target, name);
      const crashing = async (...given: unknown[]) => {
        count += 1;
        const isNow = count === number;
        if (isNow && when === 'before') throw new Error(`crash before ${name}`);
        const answer = await write(...given);
        if (isNow) throw new Error(`crash after ${name}`);
        return answer;
      };
      Object.assign(target, { [name]: crashing });
    }
  }
  return { writes: () => count };
}
