import { describe, expect, it } from 'vitest';
import { hiddenPassword } from '../../../shared/domain/access/edit-access.ts';
import type { HttpAccess } from '../../../shared/domain/access/http-access.ts';
import { publishing } from '../../../shared/domain/access/published-rule.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';
import { publishProjectRules } from '../../../shared/workflow/access/publish-project-rules.ts';
import { mostRules } from '../../../shared/workflow/access/steps/publish-rules.ts';
import { mostAttempts } from '../../../shared/workflow/commit/retry-on-conflict.ts';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  aPullRequest,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const closed: HttpAccess = {
  is_enabled: true,
  addresses: [{ permission: 'deny', address: '0.0.0.0/0' }],
  basic_auth: {},
};
const closedRule = '{"a":["-*"]}';
const site = (id: string) => `${machineNameOf(id)}-${projectId}`;
const main = (changes: Partial<Environment> = {}) =>
  theProductionEnvironment({ deployment: aDeployment(), ...changes });
const child = (id: string, changes: Partial<Environment> = {}) =>
  anActiveEnvironment({ id, parent: 'main', deployment: aDeployment(), ...changes });
const set = (world: World, id: string, http_access: Parameters<typeof updateEnvironment>[3]['http_access']) =>
  updateEnvironment(world.ports, projectId, id, { http_access });
const rulesOf = ({ rules }: World) => Object.fromEntries(rules.values);

describe('access control', () => {
  it('causes no call of the store in a project without it', async () => {
    const world = await aWorld({ repository: aRepository({ main: 'A' }), environments: [main()] });
    world.rules.control.failure = new Error('called');
    world.repository.push('feature', 'B');
    const number = world.repository.open('feature');
    await world.process({ type: 'pull_request.opened', pull_request: world.repository.show(number) });
    await world.settle();

    expect(await world.environment('pr-1')).toMatchObject({
      status: 'active',
      deployment: { id: expect.anything() },
    });
    expect(world.rules.writes).toEqual([]);
  });

  it('is published before the first build of a pull request whose parent has it', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [main({ http_access: closed })],
    });
    world.repository.push('feature', 'B');
    const number = world.repository.open('feature');
    await world.process({ type: 'pull_request.opened', pull_request: world.repository.show(number) });
    await world.work();

    expect(world.builds.map(({ environment }) => environment.id)).toEqual(['pr-1']);
    expect(rulesOf(world)).toEqual({ [site('pr-1')]: closedRule });
    await world.settle();
    const writes = world.rules.writes.length;
    await world.act('pr-1', { type: 'redeploy' });
    await world.settle();
    expect(world.rules.writes).toHaveLength(writes);
  });

  it('stops the deployment while the store cannot be reached', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A', feature: 'B' }),
      environments: [main({ http_access: closed })],
    });
    world.rules.control.failure = new Error('away');
    const number = world.repository.open('feature');
    await world.process({ type: 'pull_request.opened', pull_request: world.repository.show(number) });

    await expect(world.work()).rejects.toThrow('away');
    expect(world.builds).toEqual([]);
    expect(await world.environment('pr-1')).toMatchObject({ published_access: publishing });
  });

  it('applies at once to the environment and those that inherit it, and stops applying to them', async () => {
    const own = { ...closed, is_enabled: false };
    const world = await aWorld({
      environments: [main(), child('a'), child('b', { parent: 'a' }), child('c', { http_access: own })],
    });
    await set(world, 'main', { addresses: closed.addresses });
    await world.settle();
    expect(Object.keys(rulesOf(world)).sort()).toEqual([site('a'), site('b'), site('main')].sort());

    await set(world, 'a', { is_enabled: false });
    await world.settle();
    expect(rulesOf(world)).toEqual({ [site('main')]: closedRule });

    await set(world, 'a', null);
    await world.settle();
    expect(rulesOf(world)).toMatchObject({ [site('a')]: closedRule, [site('b')]: closedRule });
  });

  it('follows the parent: of a user, and of a new target', async () => {
    const world = await aWorld({
      environments: [main(), child('closed', { http_access: closed }), child('x')],
    });
    await updateEnvironment(world.ports, projectId, 'x', { parent: 'closed' });
    await world.settle();
    expect(rulesOf(world)).toMatchObject({ [site('x')]: closedRule });
    await updateEnvironment(world.ports, projectId, 'x', { parent: 'main' });
    await world.settle();
    expect(rulesOf(world)).toEqual({ [site('closed')]: closedRule });

    const pullRequest = aPullRequest({ number: 7, target: 'main' });
    await world.process({ type: 'pull_request.opened', pull_request: pullRequest });
    await world.process({
      type: 'pull_request.updated',
      pull_request: { ...pullRequest, target: { branch: 'closed' } },
    });
    expect(world.effects).toContainEqual({ type: 'access.publish', project: projectId, below: 'pr-7' });
  });

  it('follows the parent at every level below', async () => {
    const world = await aWorld({
      environments: [
        main(),
        child('closed', { http_access: closed }),
        child('x'),
        child('y', { parent: 'x' }),
        child('z', { parent: 'y' }),
        child('other'),
      ],
    });

    await updateEnvironment(world.ports, projectId, 'x', { parent: 'closed' });
    await world.settle();

    const sites = [...['x', 'y', 'z'].map(site), ...[site('closed')]].sort();
    expect(Object.keys(rulesOf(world)).sort()).toEqual(sites);
  });

  it('goes with its environment, a minute after the record', async () => {
    const world = await aWorld({
      environments: [main(), child('x', { http_access: closed }), child('y', { parent: 'x' })],
    });
    await set(world, 'x', { is_enabled: true });
    await world.settle();
    expect(Object.keys(rulesOf(world))).toHaveLength(2);

    await world.process({ type: 'branch.deleted', branch: 'x' });
    await world.settle();
    expect(await world.environment('x')).toBeNull();
    expect(world.delayed).toContainEqual({ type: 'access.publish', project: projectId, environment: 'x' });
    for (const effect of world.delayed.splice(0)) await world.perform(effect);
    // `y` has moved below main, which is open.
    expect(rulesOf(world)).toEqual({});
    for (let again = 0; again < 2; again += 1)
      await publishProjectRules(world.ports, projectId, { environment: 'x' });
    expect(rulesOf(world)).toEqual({});
  });

  it('leaves the rule of an environment that was created again meanwhile', async () => {
    const world = await aWorld({ environments: [main(), child('x', { http_access: closed })] });
    await set(world, 'x', { is_enabled: true });
    await world.settle();

    await publishProjectRules(world.ports, projectId, { environment: 'x' });

    expect(rulesOf(world)).toEqual({ [site('x')]: closedRule });
  });

  it('is repaired by the scheduled prune when its publication was lost', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [main({ http_access: closed, head_commit: 'A' })],
    });
    await world.prune();
    await world.settle();

    expect(rulesOf(world)).toEqual({ [site('main')]: closedRule });
    await world.prune();
    expect(world.effects.filter(({ type }) => type === 'access.publish')).toEqual([]);
  });

  it('ends as the latest setting says, whichever of two writers is slower', async () => {
    const world = await aWorld({ environments: [main()] });
    await set(world, 'main', { addresses: closed.addresses });
    world.effects.splice(0);
    // While the first writer is about to write, the setting changes and a second writer publishes it.
    let isFirst = true;
    world.rules.control.before = async () => {
      if (!isFirst) return;
      isFirst = false;
      await set(world, 'main', { is_enabled: false });
      await publishProjectRules(world.ports, projectId);
    };
    await publishProjectRules(world.ports, projectId);

    expect(rulesOf(world)).toEqual({});
    expect(await world.environment('main')).toMatchObject({ published_access: null });
  });

  it('writes a rule again when a writer was interrupted after its write', async () => {
    const world = await aWorld({ environments: [main()] });
    await set(world, 'main', { addresses: closed.addresses });
    const { save } = world.environments;
    world.ports.environments.save = async (environment, ...more) => {
      if (environment.published_access !== publishing && environment.published_access !== null)
        throw new Error('interrupted');
      return save(environment, ...more);
    };
    await expect(publishProjectRules(world.ports, projectId)).rejects.toThrow('interrupted');
    expect(rulesOf(world)).toEqual({ [site('main')]: closedRule });
    world.ports.environments.save = save;
    // The setting is what it was when the mark was last right.
    await set(world, 'main', { is_enabled: false });
    await publishProjectRules(world.ports, projectId);

    expect(rulesOf(world)).toEqual({});
  });

  it('gives up after some conflicts, so that the queue delivers the effect again', async () => {
    const world = await aWorld({ environments: [main({ http_access: closed })] });
    let writes = 0;
    world.rules.siteRules.write = async () => {
      writes += 1;
      throw new (await import('../../../shared/ports/store-conflict.ts')).StoreConflict('always');
    };

    await expect(publishProjectRules(world.ports, projectId)).rejects.toThrow('always');
    expect(writes).toBe(mostAttempts);
  });

  it('is written for many sites with few calls', async () => {
    const children = Array.from({ length: mostRules + 9 }, (_, at) => child(`x${at}`));
    const world = await aWorld({ environments: [main({ http_access: closed }), ...children] });

    await publishProjectRules(world.ports, projectId);

    expect(world.rules.writes.map((sites) => sites.length)).toEqual([mostRules, 10]);
    await publishProjectRules(world.ports, projectId);
    expect(world.rules.writes).toHaveLength(2);
  });

  it('never leaves the record as a password', async () => {
    const world = await aWorld({ environments: [main()] });
    await set(world, 'main', { basic_auth: { ann: 'correct horse' } });
    await set(world, 'main', { basic_auth: { ann: hiddenPassword, bob: 'battery staple' } });
    await world.settle();

    const everything = JSON.stringify([
      await world.environment('main'),
      rulesOf(world),
      world.lines,
      world.effects,
    ]);
    expect(everything).not.toMatch(/correct horse|battery staple/);
    expect(Object.keys((await world.environment('main'))?.http_access?.basic_auth ?? {})).toEqual([
      'ann',
      'bob',
    ]);
  });

  it('is that of the default branch for a pull request whose target has no environment', async () => {
    const world = await aWorld({
      environments: [
        main({ http_access: closed }),
        anEnvironment({ id: 'x', parent: 'gone', status: 'active' }),
      ],
    });

    await publishProjectRules(world.ports, projectId);

    expect(rulesOf(world)).toMatchObject({ [site('x')]: closedRule });
  });
});
