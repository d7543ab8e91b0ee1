import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import {
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  aPullRequestEnvironment,
  commit,
  integrationId,
  nameOf,
  projectId,
} from '../../support/builders.ts';
import { aGrowingMirror } from '../../support/growing-mirror.ts';

const main = 'refs/heads/main';
const topic = 'refs/heads/topic';

describe('compacting a mirror', () => {
  it('keeps a short chain, without a request to Bitbucket', async () => {
    const { mirror, bitbucket, grow, compact } = await aGrowingMirror();
    await grow(33);
    const before = [...bitbucket.calls];

    await compact();

    expect(mirror.bundles()).toHaveLength(33);
    expect(bitbucket.calls).toEqual(before);
  });

  it('replaces a long chain with one full bundle', async () => {
    const { mirror, bring, grow, compact, lines } = await aGrowingMirror();
    await bring({ [topic]: 'T' });
    const last = await grow(34);

    await compact();

    expect(mirror.chain()).toEqual([['T', last]]);
    expect(mirror.heads()).toEqual({ [topic]: 'T', [main]: last });
    expect(mirror.bundles()[0]?.tips?.map(nameOf)).toEqual(['T', last]);
    expect(lines).toMatchObject([{ level: 'info', message: 'mirror compacted' }]);
  });

  it('changes nothing when repeated', async () => {
    const { mirror, bitbucket, grow, compact } = await aGrowingMirror();
    await grow(34);
    await compact();
    const [version, calls] = [(await mirror.mirrors.read(projectId, 'all')).version, [...bitbucket.calls]];

    await compact();

    expect((await mirror.mirrors.read(projectId, 'all')).version).toBe(version);
    expect(bitbucket.calls).toEqual(calls);
  });

  it('keeps the replaced bundles for as long as a consumer may need them', async () => {
    const { mirror, clock, grow, compact } = await aGrowingMirror();
    const supersededAt = async () =>
      (await mirror.mirrors.read(projectId, 'all')).superseded.map(({ at }) => at);
    await grow(34);
    const first = clock.now();
    await compact();
    expect(await supersededAt()).toEqual(Array.from({ length: 34 }, () => first));

    clock.pass(60 * 25);
    await grow(34);
    await compact();

    expect(new Set(await supersededAt())).toEqual(new Set([clock.now()]));
  });

  it('keeps the deployed commit after a force push', async () => {
    const deployed = anActiveEnvironment({ deployment: aDeployment({ commit: commit('gone') }) });
    const { mirror, bring, grow, compact } = await aGrowingMirror(deployed);
    await bring({ [main]: 'gone' });
    const last = await grow(34);

    await compact();

    expect(mirror.chain()).toEqual([[last, 'gone']]);
    expect(mirror.heads()).toEqual({ [main]: last });
  });

  it('fetches a fork’s commits from the fork, as the last bundle', async () => {
    const environment = aPullRequestEnvironment({ pull_request: aForkLink('F'), deployment: null });
    const { mirror, bitbucket, bring, grow, compact } = await aGrowingMirror(environment);
    bitbucket.calls.length = 0;
    await bring({ [`refs/pull-requests/${environment.pull_request?.number}/from`]: 'F' });
    const last = await grow(34);

    await compact();

    expect(mirror.chain()).toEqual([[last], ['F']]);
    expect(bitbucket.calls.filter((call) => call.startsWith('source'))).toEqual([
      `source ${environment.pull_request?.fork?.repository}`,
      'source',
    ]);
    expect(mirror.broken()).toEqual([]);
  });

  it.each([
    ['a fork is closed', 'source', new BoughError('git_host_forbidden', 'The fork is closed.')],
    [
      'Bitbucket has not all of it any more',
      'fetchBundle',
      new BoughError('git_host_unavailable', 'not our ref'),
    ],
  ] as const)('leaves everything as it was when %s, and says so', async (_, call, error) => {
    const { mirror, bitbucket, grow, compact, lines } = await aGrowingMirror();
    await grow(34);
    const before = await mirror.mirrors.read(projectId, 'all');
    bitbucket.fail(call, error);

    await compact();

    expect(await mirror.mirrors.read(projectId, 'all')).toEqual(before);
    expect(lines).toMatchObject([{ level: 'warn', message: 'mirror not compacted', fields: { error } }]);
  });

  it('does nothing for a removed integration', async () => {
    const { mirror, stores, grow, compact } = await aGrowingMirror();
    await grow(34);
    const integration = await stores.integrations.get(projectId, integrationId);
    if (integration) await stores.integrations.remove(integration);

    await compact();

    expect(mirror.bundles()).toHaveLength(34);
  });

  it('sweeps unreferenced objects once a day, even when the renewal fails', async () => {
    const { mirror, bitbucket, clock, grow, compact } = await aGrowingMirror();
    await grow(34);
    bitbucket.fail('fetchBundle');

    await compact();
    expect(mirror.sweeps).toEqual([]);
    clock.pass(24 * 60);
    const yesterday = new Date(Date.parse(clock.now()) - 86_400_000).toISOString();
    await compact();
    await compact();

    expect(mirror.sweeps).toEqual([{ now: clock.now(), before: yesterday }]);
  });
});
