import { describe, expect, it } from 'vitest';
import type { BuildScope } from '../../../shared/domain/builds/build.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  aForkLink,
  anActiveEnvironment,
  aProject,
  aRunningActivity,
  aWaitingActivity,
  collidingBranches,
  projectId,
  start,
  theProductionEnvironment,
} from '../../support/builders.ts';

const permit = 'p'.repeat(43);
const later = '2026-11-22T11:00:00.000Z';

/** An environment with a running deployment, and the permit of its build. */
async function aRunningBuild(settled: Partial<BuildScope> = {}) {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anActiveEnvironment({
      id: 'feature',
      activities: [aRunningActivity({ id: 'a1' }), aWaitingActivity({ id: 'a2' })],
    }),
  );
  for (const activity of ['a0', 'a1', 'a2']) {
    world.permits.set(`${projectId}/${activity}/${permit}`, {
      project: projectId,
      activity,
      environment: 'feature',
      data_from: 'main',
      ...settled,
    });
  }
  const ask = (activity: string, body: unknown = { permit }) =>
    call(world.handler, 'POST', `/builds/${projectId}/${activity}/credentials`, { body });
  return { ...world, ask };
}

describe('POST /builds/{project}/{activity}/credentials', () => {
  it("issues credentials for the build's environment and for reading the data that it copies", async () => {
    const { ask } = await aRunningBuild();

    const { status, body } = await ask('a1');

    expect(status).toBe(200);
    expect(body).toMatchObject({ secret_access_key: 'secret', session_token: 'token' });
    expect(JSON.parse(body.access_key_id)).toEqual({
      project: projectId,
      activity: 'a1',
      environment: 'feature',
      data_from: 'main',
      environment_type: 'development',
      repository: null,
    });
  });

  it.each([
    ['one that was guessed', 'a1', 'x'.repeat(43)],
    ['one of another length', 'a1', 'p'],
    ['an empty one', 'a1', ''],
    ['any, for an activity that never had a build', 'a9', permit],
  ])('refuses %s', async (_, activity, given) => {
    const { ask } = await aRunningBuild();

    expect(await ask(activity, { permit: given })).toMatchObject({
      status: 403,
      body: { detail: { error: 'permit_refused' } },
    });
  });

  it.each([
    ['has ended', 'a0'],
    ['waits', 'a2'],
  ])('issues no credentials to the build of an activity that %s', async (_, activity) => {
    const { ask } = await aRunningBuild();
    expect(await ask(activity)).toMatchObject({ status: 403, body: { detail: { error: 'permit_refused' } } });
  });

  it('issues no credentials when another environment has the same machine name and therefore the same data', async () => {
    const { ask, environments } = await aRunningBuild({ environment: collidingBranches[1] });
    const activities = [aRunningActivity({ id: 'a1' })];
    await environments.save(anActiveEnvironment({ id: collidingBranches[0], created_at: start }));
    await environments.save(
      anActiveEnvironment({ id: collidingBranches[1], created_at: later, deployment: null, activities }),
    );

    expect(await ask('a1')).toMatchObject({
      status: 403,
      body: { message: 'Another environment has its machine name.' },
    });
  });

  it('issues no credentials after the environment was deleted', async () => {
    const { ask } = await aRunningBuild({ environment: 'gone' });
    expect(await ask('a1')).toMatchObject({ status: 403 });
  });

  it('issues credentials while the project is being deleted, because teardowns are builds', async () => {
    const { ask, projects } = await aRunningBuild();
    const deletion = { requested_at: start, failure: null };
    await projects.save(aProject({ deletion, version: 2 }));

    expect(await ask('a1')).toMatchObject({ status: 200 });
  });

  describe('has the variables of the build', () => {
    const level = { project: projectId, environment: null };

    async function aBuildWithVariables(changes: Partial<Environment> = {}) {
      const world = await aRunningBuild();
      const feature = await world.environments.get(projectId, 'feature');
      await world.environments.save({ ...feature!, ...changes, version: 2 });
      const main = theProductionEnvironment();
      await world.environments.save(main);
      const add = (path: string, body: object) =>
        call(world.handler, 'POST', `/projects/${projectId}${path}`, { body });
      await add('/variables', { name: 'env:REGION', value: 'eu' });
      await add('/variables', { name: 'TOKEN', value: 'of the project', is_sensitive: true });
      await add('/environments/main/variables', { name: 'TOKEN', value: 'of main', is_sensitive: true });
      await add('/environments/main/variables', { name: 'OWN', value: 'x', is_inheritable: false });
      await add('/environments/feature/variables', { name: 'json', value: '[1]', is_json: true });
      await add('/environments/feature/variables', { name: 'LATER', value: 'x', visible_build: false });
      const variables = async () => (await world.ask('a1')).body.variables;
      return { ...world, add, main, variables };
    }
    const plain = [
      { name: 'env:REGION', value: 'eu', is_json: false, is_sensitive: false },
      { name: 'json', value: '[1]', is_json: true, is_sensitive: false },
    ];
    const token = { name: 'TOKEN', value: 'of main', is_json: false, is_sensitive: true };

    it('of the project, of its environment, and inherited ones', async () => {
      const { variables } = await aBuildWithVariables({ parent: 'main' });

      expect(await variables()).toEqual(expect.arrayContaining([...plain, token]));
      expect(await variables()).toHaveLength(3);
    });

    it('of a fork without sensitive ones, until a variable says otherwise', async () => {
      const { variables, handler } = await aBuildWithVariables({ parent: 'main', pull_request: aForkLink() });

      expect(await variables()).toEqual(plain);
      const path = `/projects/${projectId}/environments/main/variables/TOKEN`;
      await call(handler, 'PATCH', path, { body: { visible_forks: true } });
      expect(await variables()).toEqual(expect.arrayContaining([token]));
    });

    it('after a sensitive variable was overridden in part, with the value of the parent', async () => {
      const { variables, handler } = await aBuildWithVariables({ parent: 'main' });
      const path = `/projects/${projectId}/environments/feature/variables/TOKEN`;
      await call(handler, 'PATCH', path, { body: { is_inheritable: false } });
      await call(handler, 'DELETE', `/projects/${projectId}/environments/main/variables/TOKEN`);

      expect(await variables()).toEqual(expect.arrayContaining([token]));
    });

    it('and no answer at all when a ciphertext was moved to another environment', async () => {
      const { ask, variables, ports, main, reported } = await aBuildWithVariables({ parent: 'main' });
      const theirs = await ports.variables.get({ project: projectId, environment: main }, 'TOKEN');
      await ports.variables.save(level, { ...theirs!, name: 'STOLEN', version: 1 });

      const answer = await ask('a1');

      expect(answer.status).toBe(500);
      expect(answer.text + JSON.stringify(reported)).not.toContain('of main');
      await expect(variables()).resolves.toBeUndefined();
    });

    it('only with its permit', async () => {
      const { ask } = await aBuildWithVariables({ parent: 'main' });

      for (const [activity, given] of [
        ['a1', 'x'.repeat(43)],
        ['a2', permit],
      ] as const)
        expect((await ask(activity, { permit: given })).text).not.toMatch(/of main|eu/);
    });
  });

  it('accepts no other field than the permit', async () => {
    const { ask } = await aRunningBuild();
    expect(await ask('a1', {})).toMatchObject({ status: 400 });
    expect(await ask('a1', { permit, environment: 'main' })).toMatchObject({ status: 400 });
  });
});
