import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../shared/domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import { type Receiver, startReceiver } from '../bitbucket/support/receiver.ts';
import { openOf, type Stage } from './stage.ts';
import { stages } from './stages.ts';

const secret = 'a webhook secret';

describe.each(stages)('the deliveries of %s', (_, startStage) => {
  let stage: Stage;
  let host: GitHost;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    stage = await startStage();
    host = stage.connect();
    await host.ensureWebhook({ url: receiver.url, secret });
  });
  afterEach(async () => {
    await stage.end();
    await receiver.close();
  });

  /** Returns the source events since the last call. Expects that every delivery has a valid signature and the repository's id. */
  async function arrived(full_name = stage.repository): Promise<SourceEvent[]> {
    await stage.settled();
    const deliveries = receiver.received.map(({ headers, raw }): Delivery => {
      const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      return { headers: Object.fromEntries(entries), body: raw };
    });
    receiver.forget();
    const { uuid } = await host.repository();
    return deliveries.flatMap((delivery) => {
      expect(stage.format.isPing(delivery)).toBe(false);
      stage.format.verify(delivery, secret);
      expect(() => stage.format.verify(delivery, 'another secret')).toThrow();
      const parsed = stage.format.parse(delivery);
      expect(parsed.id).not.toBeNull();
      expect(parsed.repository).toEqual({ uuid, full_name });
      return parsed.events;
    });
  }
  const opened = async () => {
    await stage.push('release', 'feature/login');
    const number = await stage.openPullRequest({
      from: 'feature/login',
      into: 'main',
      title: 'A login page',
    });
    await arrived();
    return number;
  };

  it('contain every branch of one push', async () => {
    const commit = await stage.push('main', 'release', 'feature/login');
    const events = await arrived();
    expect(events).toHaveLength(3);
    expect(events).toContainEqual({ type: 'branch.pushed', branch: 'feature/login', commit });
    expect(new Set(events.map((event) => ('branch' in event ? event.branch : event.type)))).toEqual(
      new Set(['main', 'release', 'feature/login']),
    );
  });

  it('report a deleted branch', async () => {
    await stage.push('feature/login');
    await arrived();
    await stage.deleteBranch('feature/login');
    await expect(arrived()).resolves.toEqual([{ type: 'branch.deleted', branch: 'feature/login' }]);
  });

  it('report an opened pull request, equal to the one that can be read', async () => {
    await stage.push('feature/login');
    await arrived();
    const number = await stage.openPullRequest({
      from: 'feature/login',
      into: 'main',
      title: 'A login page',
    });
    const pull_request = await openOf(host, number);
    await expect(arrived()).resolves.toEqual([{ type: 'pull_request.opened', pull_request }]);
  });

  it('report new commits of a pull request', async () => {
    const number = await opened();
    const commit = await stage.push('feature/login');
    const events = await arrived();
    const pull_request = await openOf(host, number);
    expect(commit).toContain(pull_request.source.commit);
    expect(events).toContainEqual({ type: 'branch.pushed', branch: 'feature/login', commit });
    expect(events).toContainEqual({ type: 'pull_request.updated', pull_request });
  });

  it('report the new target of a pull request', async () => {
    const number = await opened();
    await stage.retarget(number, 'release');
    const pull_request = await openOf(host, number);
    expect(pull_request.target).toEqual({ branch: 'release' });
    await expect(arrived()).resolves.toEqual([{ type: 'pull_request.updated', pull_request }]);
  });

  it('report a merged pull request, and the push to its target', async () => {
    const number = await opened();
    await stage.merge(number);
    const events = await arrived();
    expect(events).toContainEqual({ type: 'pull_request.merged', number });
    expect(events).toContainEqual({ type: 'branch.pushed', branch: 'main', commit: expect.any(String) });
  });

  it('report a declined pull request', async () => {
    const number = await opened();
    await stage.decline(number);
    await expect(arrived()).resolves.toEqual([{ type: 'pull_request.declined', number }]);
  });

  it('report the new name of a repository', async () => {
    const repository = await stage.rename('site');
    const events = await arrived(repository);
    expect(events).toEqual([{ type: 'repository.changed', repository }]);
  });
});
