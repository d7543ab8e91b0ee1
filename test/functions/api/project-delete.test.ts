import { describe, expect, it } from 'vitest';
import { DeletedProject } from '../../../shared/api/accepted.ts';
import { BoughError } from '../../../shared/errors.ts';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  anEnvironment,
  anIntegration,
  aProject,
  aRunningActivity,
  aWaitingActivity,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const self = `/projects/${projectId}`;

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  for (const environment of [theProductionEnvironment(), anEnvironment()])
    await world.environments.save(environment);
  world.ports.connect = async () => world.bitbucket.host;
  return world;
}

describe('DELETE /projects/{project}', () => {
  it('returns the project, whose environments are deleted afterwards', async () => {
    const { handler, effects } = await aWorld();

    const { status, body } = await call(handler, 'DELETE', self, { body: {} });

    expect(status).toBe(200);
    expect(DeletedProject.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ status: 'OK', code: 200, webhook_errors: [] });
    expect(body._embedded.entity).toMatchObject({
      id: projectId,
      status: { code: 'deleting', message: 'The project is being deleted.' },
    });
    expect(body._embedded.activities).toEqual([]);
    expect(effects).toMatchObject([{ type: 'project.purge', project: projectId }]);
    expect((await call(handler, 'GET', self)).body).toEqual(body._embedded.entity);
  });

  it('returns the same when it is repeated, and 404 when the project is deleted', async () => {
    const { handler, projects } = await aWorld();
    const first = await call(handler, 'DELETE', self);

    expect(await call(handler, 'DELETE', self)).toEqual(first);

    await projects.erase(projectId);
    expect(await call(handler, 'DELETE', self)).toMatchObject({ status: 404 });
  });

  it('names the webhooks that may still exist', async () => {
    const { handler, ports } = await aWorld();
    ports.connect = () => Promise.reject(new BoughError('git_host_forbidden', 'Bitbucket says no.'));

    const { body } = await call(handler, 'DELETE', self);

    expect(DeletedProject.safeParse(body).error).toBeUndefined();
    expect(body.webhook_errors).toEqual([
      {
        url: expect.stringMatching(/\/integrations\/integration23\/hook$/),
        because: expect.stringMatching(/^Bitbucket says no\. /),
      },
    ]);
  });

  it('accepts no fields', async () => {
    const { handler } = await aWorld();

    expect(await call(handler, 'DELETE', self, { body: { force: true } })).toMatchObject({
      status: 400,
      body: { detail: { force: 'Unknown field' } },
    });
    expect((await call(handler, 'GET', self)).body.status.code).toBe('active');
  });
});

describe('a project that is being deleted', () => {
  async function aDoomedWorld() {
    const world = await aWorld();
    const requested_at = '2026-11-22T10:00:00.000Z';
    await world.projects.save(aProject({ version: 2, deletion: { requested_at, failure: 'main: no.' } }));
    return world;
  }
  const added = {
    type: 'bitbucket',
    repository: 'acme/website',
    app_credentials: { key: 'consumer-key', secret: 'consumer-secret' },
  };

  it.each([
    ['PATCH', self, { title: 'Another' }],
    ['PATCH', self, { default_branch: 'feature/x' }],
    ['POST', `${self}/integrations`, added],
    ['PATCH', `${self}/integrations/integration23`, { fetch_branches: false }],
    ['DELETE', `${self}/integrations/integration23`, {}],
    ['PATCH', `${self}/environments/feature/x`, { title: 'Another' }],
    ['DELETE', `${self}/environments/feature/x`, {}],
    ['POST', `${self}/environments/feature/x/activate`, {}],
    ['POST', `${self}/environments/main/branch`, { name: 'new' }],
    ['POST', `${self}/environments/main/redeploy`, {}],
    ['POST', `${self}/environments/main/deactivate`, {}],
    ['POST', `${self}/environments/main/synchronize`, { synchronize_data: true }],
  ])('refuses %s %s', async (method, path, body) => {
    const { handler, effects } = await aDoomedWorld();

    expect(await call(handler, method, path, { body })).toMatchObject({
      status: 400,
      body: { message: 'The project is being deleted.', detail: { error: 'refused' } },
    });
    expect(effects).toEqual([]);
  });

  it('shows why it still exists, and can be deleted again', async () => {
    const { handler } = await aDoomedWorld();

    const { body } = await call(handler, 'GET', self);

    expect(body.status).toEqual({ code: 'deleting', message: expect.stringContaining('main: no. ') });
    expect(Object.keys(body._links).filter((name) => name.startsWith('#'))).toEqual(['#delete']);
    expect((await call(handler, 'DELETE', self)).status).toBe(200);
  });

  it('does not allow or link the cancellation of a pending deletion', async () => {
    const { handler, environments } = await aDoomedWorld();
    const before = (await environments.get(projectId, 'feature/x'))!;
    const activities = [aRunningActivity(), aWaitingActivity({ type: 'environment.delete' })];
    await environments.save({ ...before, activities, version: 2 });
    const waiting = `${self}/environments/feature/x/activities/waiting`;

    const { body } = await call(handler, 'GET', waiting);

    expect(Object.keys(body._links)).toEqual(['self', 'log']);
    expect(await call(handler, 'POST', `${waiting}/cancel`)).toMatchObject({
      status: 400,
      body: { detail: { error: 'refused' } },
    });
  });

  it('shows its environments without operations', async () => {
    const { handler } = await aDoomedWorld();

    const { body } = await call(handler, 'GET', `${self}/environments/main`);

    const operations = Object.keys(body._links).filter((name) => name.startsWith('#'));
    expect(operations).toEqual(['#current-deployment']);
  });
});
