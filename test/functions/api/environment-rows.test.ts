import { describe, expect, it } from 'vitest';
import { lastEnded } from '../../../shared/domain/activities/last-activity.ts';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiWorld } from '../../support/api-world.ts';
import {
  aDeployment,
  aForkLink,
  aLink,
  anIntegration,
  aProject,
  aRoute,
  start,
} from '../../support/builders.ts';

const collection = '/projects/abcdefghijklm/environments';

const ended = (changes = {}) => lastEnded(anEnvironment(), [anEndedActivity(changes)]);

const environments = [
  anEnvironment({
    id: 'main',
    type: 'production',
    status: 'active',
    parent: null,
    deployment: aDeployment({ routes: [aRoute({ url: 'https://shop.example.org/', primary: true })] }),
    last_activity: ended(),
  }),
  anEnvironment({
    id: 'feature/Größe',
    gone_since: start,
    last_activity: ended({ result: 'failure' }),
  }),
  anEnvironment({ id: 'old', activities: [anActivity({ type: 'environment.delete' })] }),
  anEnvironment({
    id: 'pr-12',
    title: 'A cart with <b>discount</b>',
    status: 'active',
    head_commit: 'c0ffee0123456789',
    pull_request: aLink({ number: 12, source_branch: 'cart' }),
    activities: [anActivity()],
  }),
  anEnvironment({
    id: 'pr-2',
    type: 'staging',
    pull_request: { ...aForkLink(), number: 2 },
    last_activity: ended({ state: 'cancelled', result: null }),
  }),
];

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  for (const environment of environments) await world.environments.save(environment);
  const read = async (query: string) =>
    (await call(world.handler, 'GET', collection, { query })).body as Record<string, unknown>[];
  return { ...world, read };
}

describe('GET /projects/{project}/environments?view=row', () => {
  it('has the fields of a tree, with the values of the full view', async () => {
    const { read } = await aWorld();
    const rows = await read('view=row');
    const full = await read('');

    expect(rows).toHaveLength(environments.length);
    for (const [index, row] of rows.entries()) {
      const { last_result, ...rest } = row;
      expect(full[index]).toMatchObject(rest);
      expect(JSON.stringify(row).length).toBeLessThan(700);
      expect(Object.keys(rest)).toHaveLength(14);
    }
    expect(rows.map(({ id, last_result }) => [id, last_result])).toEqual([
      ['feature/Größe', 'failure'],
      ['main', 'success'],
      ['old', null],
      ['pr-12', null],
      ['pr-2', 'cancelled'],
    ]);
  });

  it.each([
    ['status=active', ['main']],
    ['status=dirty,deleting', ['old', 'pr-12']],
    ['status=dirty&status=deleting', ['old', 'pr-12']],
    ['type=production,staging', ['main', 'pr-2']],
    ['kind=pull_request', ['pr-12', 'pr-2']],
    ['kind=branch&status=inactive', ['feature/Größe']],
    ['search=gr%C3%B6%C3%9Fe', ['feature/Größe']],
    ['search=gro%CC%88%C3%9FE', ['feature/Größe']],
    ['search=DISCOUNT', ['pr-12']],
    ['search=<b>', ['pr-12']],
    ['search=cart', ['pr-12']],
    ['search=%2312', ['pr-12']],
    ['search=2', ['pr-12', 'pr-2']],
    ['search=%232', ['pr-2']],
    ['search=c0ffee', ['pr-12']],
    ['search=.*', []],
    ['search=nothing', []],
  ])('finds by %s', async (query, ids) => {
    const { read } = await aWorld();

    expect((await read(`view=row&${query}`)).map(({ id }) => id)).toEqual(ids);
    expect((await read(query)).map(({ id }) => id)).toEqual(ids);
  });

  it('pages over the environments that match', async () => {
    const { handler } = await aWorld();
    const read: string[] = [];
    let query: string | undefined = 'view=row&kind=branch&status=inactive,active,deleting&count=1';
    while (query) {
      const { body, headers } = await call(handler, 'GET', collection, { query });
      read.push(...body.map(({ id }: { id: string }) => id));
      query = /^<[^?]+\?(.+)>; rel="next"$/.exec(`${headers['link'] ?? ''}`)?.[1];
    }

    expect(read).toEqual(['feature/Größe', 'main', 'old']);
  });
});
