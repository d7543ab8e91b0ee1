import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { anEnvironment, apiWorld } from '../../support/api-world.ts';
import { aProject, projectId } from '../../support/builders.ts';

const project = `/projects/${projectId}`;
const count = 'Must be a whole number from 1 to 1000';

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.environments.save(anEnvironment());
  return world;
}

describe('a query', () => {
  it.each([
    ['/activities', 'count=abc', { count }],
    ['/activities', 'count=0', { count }],
    ['/activities', 'count=1001', { count }],
    ['/activities', 'count=1.5', { count }],
    ['/activities', 'count=', { count }],
    ['/activities', 'after=a&after=b', { after: 'Must be given once' }],
    ['/activities', 'starts_at=yesterday', { starts_at: 'Must be a time like 2026-01-31T12:00:00Z' }],
    [
      '/activities',
      'state=foo',
      { state: 'Must be one of: pending, scheduled, staged, in_progress, complete, cancelled' },
    ],
    ['/activities', 'result=success&result=well', { result: 'Must be one of: success, failure' }],
    ['/activities', 'limit=5&page=2', { limit: 'Unknown field', page: 'Unknown field' }],
    ['/environments/main/activities', 'counts=1', { counts: 'Unknown field' }],
    ['/environments', 'types=development', { types: 'Unknown field' }],
    [
      '/environments',
      'status=active,asleep&kind=tag&view=tree',
      {
        status: 'Must be one of: active, dirty, inactive, deleting',
        kind: 'Must be one of: branch, pull_request',
        view: 'Must be one of: full, row',
      },
    ],
    ['', 'verbose=1', { verbose: 'Unknown field' }],
  ])('%s?%s is refused with the name of every invalid parameter', async (path, query, detail) => {
    const { handler } = await aWorld();

    const answer = await call(handler, 'GET', project + path, { query });

    expect(answer).toMatchObject({ status: 400, type: 'application/json' });
    expect(answer.body).toEqual({ code: 400, detail });
  });

  it.each([
    ['/activities', 'type=environment.push&type=environment.branch&state=pending&state=staged&count=1000'],
    ['/activities', 'starts_at=2026-11-22T10:00:00.123456%2B01:00'],
    ['/environments', ''],
    ['/environments', 'view=row&status=active,dirty&status=deleting&type=production&kind=branch&search=x'],
  ])('%s?%s is accepted', async (path, query) => {
    const { handler } = await aWorld();

    expect((await call(handler, 'GET', project + path, { query })).status).toBe(200);
  });

  it('for a missing resource gets 404 first', async () => {
    const { handler } = await aWorld();

    for (const path of ['/projects/unknown', `${project}/environments/unknown/activities`])
      expect((await call(handler, 'GET', path, { query: 'count=abc' })).status).toBe(404);
  });
});

describe('a body', () => {
  const environment = `${project}/environments/main`;

  it.each(['redeploy', 'deactivate'])('is refused when %s does not accept it', async (operation) => {
    const { handler, effects } = await aWorld();

    const answer = await call(handler, 'POST', `${environment}/${operation}`, { body: { force: true } });

    expect(answer).toMatchObject({ status: 400, body: { detail: { force: 'Unknown field' } } });
    expect(effects).toEqual([]);
  });

  it('for a missing resource gets 404 first', async () => {
    const { handler } = await aWorld();
    const body = { nonsense: true };

    expect((await call(handler, 'PATCH', '/projects/unknown', { body })).status).toBe(404);
    expect((await call(handler, 'POST', `${project}/environments/x/branch`, { body })).status).toBe(404);
  });
});
