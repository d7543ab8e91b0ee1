import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiUrl, apiWorld } from '../../support/api-world.ts';
import {
  aForkLink,
  anEnvironment,
  aProject,
  aPullRequestEnvironment,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const ofProject = `/projects/${projectId}/variables`;
const of = (environment: string) => `/projects/${projectId}/environments/${environment}/variables`;

/** A project with `main`, its child `feature/x`, and a pull request whose parent is `main`. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.environments.save(theProductionEnvironment());
  await world.environments.save(anEnvironment({ id: 'feature/x', parent: 'main' }));
  await world.environments.save(aPullRequestEnvironment({ id: 'pr-2', pull_request: aForkLink() }));
  const ask = (method: string, path: string, body?: object) =>
    call(world.handler, method, path, body ? { body } : {});
  const add = (path: string, body: object) => ask('POST', path, body);
  return { ...world, ask, add };
}

describe('a variable of a project', () => {
  it('is created, listed, shown, changed and deleted', async () => {
    const { ask, add } = await aWorld();
    const self = `${apiUrl}${ofProject}/env:COLOUR`;
    const expected = {
      id: 'env:COLOUR',
      name: 'env:COLOUR',
      value: 'green',
      is_json: false,
      is_sensitive: false,
      visible_build: true,
      visible_runtime: false,
      visible_forks: true,
      application_scope: [],
      attributes: {},
      _links: { self: { href: self }, '#edit': { href: self }, '#delete': { href: self } },
    };

    const created = await add(ofProject, { name: 'env:COLOUR', value: 'green' });
    expect(created).toMatchObject({ status: 201, body: { _embedded: { entity: expected, activities: [] } } });
    expect(created.body._embedded.entity).not.toHaveProperty('is_enabled');
    expect((await ask('GET', ofProject)).body).toMatchObject([expected]);
    expect((await ask('GET', `${ofProject}/env%3ACOLOUR`)).body).toMatchObject(expected);
    const changes = { value: '7', is_json: true, visible_build: false, visible_runtime: true };
    expect(await ask('PATCH', `${ofProject}/env:COLOUR`, changes)).toMatchObject({
      status: 200,
      body: { _embedded: { entity: { ...changes, visible_runtime: false } } },
    });
    expect((await ask('DELETE', `${ofProject}/env:COLOUR`)).status).toBe(200);
    expect((await ask('GET', ofProject)).body).toEqual([]);
    expect(await ask('GET', `${ofProject}/env:COLOUR`)).toMatchObject({ status: 404 });
  });

  it('has a name once', async () => {
    const { add } = await aWorld();
    await add(ofProject, { name: 'A', value: '1' });

    expect(await add(ofProject, { name: 'A', value: '2' })).toMatchObject({
      status: 400,
      body: { detail: { name: 'The variable already exists: A' } },
    });
  });

  it('has the value of one of two writers at once, and the other learns of it', async () => {
    const { ask, add } = await aWorld();
    const value = async () => (await ask('GET', `${ofProject}/A`)).body.value;

    const created = await Promise.all(['1', '2'].map((value) => add(ofProject, { name: 'A', value })));

    expect(created.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await value()).toBe(created.find(({ status }) => status === 201)?.body._embedded.entity.value);
    const changed = await Promise.all(['3', '4'].map((value) => ask('PATCH', `${ofProject}/A`, { value })));
    expect(changed.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await value()).toBe(changed.find(({ status }) => status === 200)?.body._embedded.entity.value);
    const [removal, change] = await Promise.all([
      ask('DELETE', `${ofProject}/A`),
      ask('PATCH', `${ofProject}/A`, { value: '5' }),
    ]);
    expect([removal.status, change.status]).toEqual([200, 409]);
  });

  it.each([
    [{ name: 'env:PATH', value: 'x' }, 'name', /reserved/],
    [{ name: 'env:AWS_ACCESS_KEY_ID', value: 'x' }, 'name', /reserved/],
    [{ name: 'env:BOUGH_PERMIT', value: 'x' }, 'name', /reserved/],
    [{ name: 'a b', value: 'x' }, 'name', /can only contain/],
    [{ name: 'A', value: '{s3cret', is_json: true }, 'value', /^The value is not valid JSON$/],
    [{ name: 'A', value: 's3cret'.repeat(2000) }, 'value', /^The value has more than 8 KiB$/],
    [{ name: 'A', value: 5 }, 'value', /^Must be a string$/],
    [{ name: 'A' }, 'value', /^Required$/],
    [{ name: 'A', value: 'x', is_enabled: false }, 'is_enabled', /^Unknown field$/],
    [{ name: 'A', value: 'x', application_scope: ['app'] }, 'application_scope', /no applications/],
  ])('is refused without its value in the answer: %j', async (body, field, problem) => {
    const { add } = await aWorld();

    const answer = await add(ofProject, body);

    expect(answer.status).toBe(400);
    expect(answer.body.detail[field]).toMatch(problem);
    expect(answer.text).not.toContain('s3cret');
  });

  it('is one of at most 200, and of at most 64 KiB together', async () => {
    const { add, variables } = await aWorld();
    for (let at = 0; at < 8; at++) await add(ofProject, { name: `V${at}`, value: 'x'.repeat(8000) });

    expect((await add(ofProject, { name: 'BIG', value: 'x'.repeat(2000) })).body.detail.value).toMatch(
      /64 KiB/,
    );
    for (let at = 8; at < 200; at++) await add(ofProject, { name: `V${at}`, value: '' });
    expect((await add(ofProject, { name: 'MORE', value: '' })).body.detail.value).toMatch(/200 variables/);
    expect(await variables.listOf({ project: projectId, environment: null })).toHaveLength(200);
  });
});

describe('a sensitive variable', () => {
  const secret = { name: 'TOKEN', value: 's3cret-value', is_sensitive: true };

  it('has its value in no answer, and in the table only as a ciphertext', async () => {
    const { ask, add, variables, told, reported, effects } = await aWorld();

    const answers = [
      await add(ofProject, secret),
      await add(of('main'), secret),
      await ask('PATCH', `${ofProject}/TOKEN`, { value: 's3cret-other' }),
      await ask('GET', ofProject),
      await ask('GET', of('main')),
      await ask('GET', of('feature/x')),
      await ask('GET', `${of('feature/x')}/TOKEN`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200, 200]);
    for (const { text } of answers) expect(text).not.toMatch(/s3cret|"value"/);
    const stored = await variables.listOf({ project: projectId, environment: null });
    expect(JSON.stringify([stored, told, reported, effects])).not.toContain('s3cret');
    expect(stored).toMatchObject([{ value: null, bytes: 12, visible_forks: false }]);
  });

  it('cannot be made readable, except with a new value', async () => {
    const { ask, add } = await aWorld();
    await add(ofProject, secret);

    const refused = await ask('PATCH', `${ofProject}/TOKEN`, { is_sensitive: false });
    expect(refused.body.detail.is_sensitive).toMatch(/never shown again/);
    const changed = await ask('PATCH', `${ofProject}/TOKEN`, { is_sensitive: false, value: 'plain' });
    expect(changed.body._embedded.entity).toMatchObject({ value: 'plain', is_sensitive: false });
  });

  it('keeps its value when something else changes', async () => {
    const { ask, add, variables } = await aWorld();
    await add(ofProject, secret);
    const level = { project: projectId, environment: null };
    const before = await variables.get(level, 'TOKEN');

    await ask('PATCH', `${ofProject}/TOKEN`, { visible_build: false });

    const after = await variables.get(level, 'TOKEN');
    expect(after).toMatchObject({ sealed_value: before?.sealed_value, bytes: 12, visible_build: false });
  });

  it('is hidden from forks as soon as it is sensitive, unless the change says otherwise', async () => {
    const { ask, add } = await aWorld();
    await add(ofProject, { name: 'A', value: 'one' });
    await add(ofProject, { name: 'B', value: 'two' });
    const changed = async (name: string, body: object) =>
      (await ask('PATCH', `${ofProject}/${name}`, body)).body._embedded.entity;

    expect(await changed('A', { is_sensitive: true })).toMatchObject({ visible_forks: false });
    expect(await changed('B', { is_sensitive: true, visible_forks: true })).toMatchObject({
      visible_forks: true,
    });
  });
});

describe('a variable of an environment', () => {
  it('is inherited by child environments, where it can be overridden and not deleted', async () => {
    const { ask, add } = await aWorld();
    await add(of('main'), { name: 'A', value: 'of main' });
    const inherited = (await ask('GET', `${of('feature/x')}/A`)).body;

    expect(inherited).toMatchObject({
      value: 'of main',
      project: projectId,
      environment: 'main',
      inherited: true,
      is_enabled: true,
      is_inheritable: true,
      _links: { self: { href: `${apiUrl}${of('feature/x')}/A` } },
    });
    expect(inherited._links).not.toHaveProperty('#delete');
    expect(await ask('DELETE', `${of('feature/x')}/A`)).toMatchObject({
      status: 400,
      body: { message: 'The variable A is inherited, so it cannot be deleted from this environment.' },
    });

    await ask('PATCH', `${of('feature/x')}/A`, { is_enabled: false });
    expect((await ask('GET', `${of('feature/x')}/A`)).body).toMatchObject({
      value: 'of main',
      environment: 'feature/x',
      inherited: false,
      is_enabled: false,
    });
    expect((await ask('GET', `${of('main')}/A`)).body).toMatchObject({ is_enabled: true });
    await ask('DELETE', `${of('feature/x')}/A`);
    expect((await ask('GET', `${of('feature/x')}/A`)).body).toMatchObject({ inherited: true });
  });

  it('is not inherited when it is not inheritable', async () => {
    const { ask, add } = await aWorld();
    await add(of('main'), { name: 'A', value: '1', is_inheritable: false });

    expect((await ask('GET', of('feature/x'))).body).toEqual([]);
  });

  it('is not found in an environment that does not exist, and is no environment', async () => {
    const { ask } = await aWorld();

    for (const path of [`${of('gone')}`, `${of('gone')}/A`, `${of('main')}/A`])
      expect(await ask('GET', path)).toMatchObject({ status: 404 });
  });

  it('goes with its environment: a later one with the same id has none', async () => {
    const { ask, add, environments } = await aWorld();
    await add(of('feature/x'), { name: 'A', value: '1' });
    const environment = await environments.get(projectId, 'feature/x');
    await environments.remove(environment!);
    await environments.save(anEnvironment({ id: 'feature/x', incarnation: 'later' }));

    expect((await ask('GET', of('feature/x'))).body).toEqual([]);
  });

  it('ends a circle of parents', async () => {
    const { ask, add, environments } = await aWorld();
    await environments.save(anEnvironment({ id: 'a', parent: 'b' }));
    await environments.save(anEnvironment({ id: 'b', parent: 'a' }));
    await add(of('b'), { name: 'A', value: '1' });

    expect((await ask('GET', of('a'))).body).toMatchObject([{ name: 'A', inherited: true }]);
  });

  it('cannot belong to an environment whose id leaves no room in a key', async () => {
    const { add, environments } = await aWorld();
    const id = 'x'.repeat(701);
    await environments.save(anEnvironment({ id }));

    expect((await add(of(id), { name: 'A', value: '1' })).body.detail.name).toMatch(/700 bytes/);
  });
});

it('nothing can be changed while the project is being deleted', async () => {
  const { add, projects } = await aWorld();
  const project = await projects.get(projectId);
  const deletion = { requested_at: '2026-11-22T10:00:00.000Z', failure: null };
  await projects.save({ ...project!, deletion, version: 2 });

  expect((await add(ofProject, { name: 'A', value: '1' })).status).toBe(400);
  expect((await add(of('main'), { name: 'A', value: '1' })).status).toBe(400);
});
