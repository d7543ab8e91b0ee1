import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { anEnvironment, apiWorld } from '../../support/api-world.ts';
import {
  aDeployment,
  anIntegration,
  aProject,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const collection = `/projects/${projectId}/environments`;

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  await world.environments.save(theProductionEnvironment({ deployment: aDeployment() }));
  await world.environments.save(anEnvironment({ id: 'feature/x', parent: 'main' }));
  await world.environments.save(anEnvironment({ id: 'child', parent: 'feature/x' }));
  const patch = (id: string, http_access: unknown) =>
    call(world.handler, 'PATCH', `${collection}/${id}`, { body: { http_access } });
  const get = async (path: string) => (await call(world.handler, 'GET', `${collection}${path}`)).body;
  return { ...world, patch, get };
}

const none = { is_enabled: false, addresses: [], basic_auth: {} };

describe('http_access', () => {
  it('is open by default, and belongs to nobody', async () => {
    const { get } = await aWorld();

    expect(await get('/child')).toMatchObject({ http_access: none, http_access_from: null });
    expect(await get('/main/deployments/current')).toMatchObject({ http_access: none });
  });

  it('is set in parts, inherited, shown without passwords, and published', async () => {
    const { get, patch, effects } = await aWorld();
    const addresses = [{ permission: 'deny', address: 'any' }];

    expect((await patch('main', { basic_auth: { ann: 'correct horse' } })).status).toBe(200);
    const { body } = await patch('main', { addresses });

    const http_access = {
      is_enabled: true,
      addresses: [{ permission: 'deny', address: '0.0.0.0/0' }],
      basic_auth: { ann: '********' },
    };
    expect(body._embedded).toMatchObject({
      entity: { http_access, http_access_from: 'main' },
      activities: [],
    });
    const expected = { http_access, http_access_from: 'main' };
    expect(await get('/child')).toMatchObject(expected);
    const list = await get('');
    expect(list).toMatchObject([expected, expected, expected]);
    expect(await get('/main/deployments/current')).toMatchObject({ http_access });
    expect(JSON.stringify([body, list])).not.toContain('correct horse');
    expect(effects).toEqual([
      { type: 'access.publish', project: projectId, below: 'main' },
      { type: 'access.publish', project: projectId, below: 'main' },
    ]);
  });

  it('of a child starts as that of its parent, and null inherits it again', async () => {
    const { get, patch, environments } = await aWorld();
    await patch('main', { basic_auth: { ann: 'correct horse' } });
    await patch('feature/x', { is_enabled: false });

    const off = {
      http_access: { is_enabled: false, basic_auth: { ann: '********' } },
      http_access_from: 'feature/x',
    };
    expect(await get('/feature/x')).toMatchObject(off);
    expect(await get('/child')).toMatchObject(off);
    const hashOf = async (id: string) =>
      (await environments.get(projectId, id))?.http_access?.basic_auth['ann'];
    expect(await hashOf('feature/x')).toBe(await hashOf('main'));

    await patch('feature/x', null);
    expect(await get('/child')).toMatchObject({
      http_access: { is_enabled: true },
      http_access_from: 'main',
    });
  });

  it.each<[unknown, Record<string, unknown>]>([
    [{ is_enabled: 'yes' }, { 'http_access.is_enabled': 'Must be a boolean' }],
    [{ addresses: ['any'] }, { 'http_access.addresses.0': 'Must be an object' }],
    [
      { addresses: [{ permission: 'maybe', address: 'any' }] },
      { 'http_access.addresses.0.permission': 'Must be one of: allow, deny' },
    ],
    [
      { addresses: [{ permission: 'deny', address: 'everybody' }] },
      { 'http_access.addresses.0.address': 'The address "everybody" is not a valid IP address or CIDR' },
    ],
    [{ basic_auth: { ann: 7 } }, { 'http_access.basic_auth.ann': 'Must be a string' }],
    [
      { basic_auth: { ann: 'tiny' } },
      { 'http_access.basic_auth.ann': 'The minimum password length is 6 characters' },
    ],
    [{ users: {} }, { 'http_access.users': 'Unknown field' }],
  ])('is refused with the field that is wrong: %j', async (http_access, detail) => {
    const { patch, effects, reported, told } = await aWorld();

    const answer = await patch('main', http_access);

    expect(answer).toMatchObject({ status: 400, body: { detail } });
    expect(JSON.stringify([answer.body, reported, told])).not.toContain('tiny');
    expect(effects).toEqual([]);
  });
});
