import { anActivity, anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

/** The id of the project in these worlds. */
export const project = 'abcdefghijklm';
const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;

/** A project with activities aaa of the integration, bbb and ccc of feature/x; ccc is pending. */
export async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anEnvironment({ id: 'feature/x', activities: [anActivity({ id: 'ccc', created_at: at(3) })] }),
    [anEndedActivity({ id: 'bbb', created_at: at(2), result: 'failure', text: 'Push <b> to x' })],
  );
  const fetch = { type: 'integration.bitbucket.fetch' as const, text: 'Fetch everything' };
  await world.integrations.save(anIntegration(), [
    anEndedActivity({ ...fetch, id: 'aaa', created_at: at(1) }),
  ]);
  return world;
}

/** The id of an activity of `aLongHistory`. */
export const idOf = (number: number) => `activity${String(number).padStart(4, '0')}`;

/** A project with 700 activities; the last one is the newest. */
export async function aLongHistory() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  const ended = Array.from({ length: 700 }, (_, number) =>
    anEndedActivity({
      id: idOf(number),
      created_at: new Date(Date.parse('2026-11-22T10:00:00Z') + number * 1000).toISOString(),
    }),
  );
  await world.environments.save(anEnvironment(), ended);
  return world;
}
