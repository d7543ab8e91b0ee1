import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildStatus } from '../../../shared/domain/statuses/build-status.ts';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import { startReceiver } from '../bitbucket/support/receiver.ts';
import { openOf, type Stage } from './stage.ts';
import { stages } from './stages.ts';

// The contract of every provider.
describe.each(stages)('%s', (_, startStage) => {
  let stage: Stage;
  let host: GitHost;
  beforeEach(async () => {
    stage = await startStage();
    host = stage.connect();
  });
  afterEach(() => stage.end());

  describe('the repository', () => {
    it('has a stable id, a name and a default branch', async () => {
      const { uuid, ...rest } = await host.repository();
      expect(rest).toEqual({ full_name: stage.repository, default_branch: 'main' });
      await expect(stage.connect().repository()).resolves.toMatchObject({ uuid });
    });

    it('has no default branch while it is empty', async () => {
      const repository = await stage.createRepository();
      await expect(stage.connect({ repository }).repository()).resolves.toMatchObject({
        full_name: repository,
        default_branch: null,
      });
    });

    it('is not found when it does not exist', async () => {
      const repository = stage.repository.replace('website', 'nothing');
      await expect(stage.connect({ repository }).repository()).rejects.toMatchObject({
        code: 'git_host_not_found',
        disposition: 'halt',
      });
    });

    it('has its branches and their commits over git', async () => {
      const commit = await stage.push('feature/ünï#1');
      const { refs, head } = await (await host.source()).listRefs(['refs/heads/']);
      expect([...refs]).toEqual([
        ['refs/heads/feature/ünï#1', commit],
        ['refs/heads/main', stage.head],
      ]);
      expect(head).toBe('refs/heads/main');
    });

    it('has no branches over git while it is empty', async () => {
      const repository = await stage.createRepository();
      const source = await stage.connect({ repository }).source();
      expect((await source.listRefs(['refs/heads/'])).refs.size).toBe(0);
    });
  });

  describe('the repository, renamed', () => {
    it('is still found, and has its new name', async () => {
      const { uuid } = await host.repository();
      const full_name = await stage.rename('site');
      expect(full_name).not.toBe(stage.repository);
      await expect(host.repository()).resolves.toEqual({ uuid, full_name, default_branch: 'main' });
      await expect(host.openPullRequests(null)).resolves.toEqual({ list: [], has_more: false });
      const { refs } = await (await host.source()).listRefs(['refs/heads/']);
      expect([...refs.values()]).toEqual([stage.head]);
    });
  });

  describe('credentials', () => {
    it('that are valid lack no permission', async () => {
      await expect(host.missingPermissions()).resolves.toEqual([]);
    });

    it('that are invalid make every call fail with that reason', async () => {
      const wrong = stage.connect({ secret: 'wrong-secret' });
      const refusal = { code: 'git_host_credentials', disposition: 'halt' };
      await expect(wrong.repository()).rejects.toMatchObject(refusal);
      await expect(wrong.missingPermissions()).rejects.toMatchObject(refusal);
      await expect(wrong.openPullRequests(null)).rejects.toMatchObject(refusal);
      await expect(wrong.findWebhook('https://bough.example.org/hook')).rejects.toMatchObject(refusal);
    });

    it('are not reported as invalid while Bitbucket is unreachable', async () => {
      const receiver = await startReceiver();
      await receiver.close();
      await expect(stage.connect({ url: new URL(receiver.url).origin }).repository()).rejects.toMatchObject({
        code: 'git_host_unavailable',
        disposition: 'wait',
      });
    });
  });

  describe('pull requests', () => {
    it('can be read and listed while they are open', async () => {
      const commit = await stage.push('feature/login');
      await stage.push('other');
      const number = await stage.openPullRequest({
        from: 'feature/login',
        into: 'main',
        title: 'A login page',
      });
      const other = await stage.openPullRequest({ from: 'other', into: 'feature/login', title: 'Stacked' });
      const found = await openOf(host, number);
      expect(found).toEqual({
        number,
        title: 'A login page',
        source: { branch: 'feature/login', commit: expect.any(String), repository: stage.repository },
        target: { branch: 'main' },
        fork: false,
      });
      expect(commit).toContain(found.source.commit);
      const { list: open } = await host.openPullRequests(null);
      expect(open).toHaveLength(2);
      expect(open).toContainEqual(found);
      expect(open).toContainEqual(await openOf(host, other));
    });

    it('are an empty list in a repository without any', async () => {
      await expect(host.openPullRequests(null)).resolves.toEqual({ list: [], has_more: false });
    });

    it.each(['merge', 'decline'] as const)('are no longer open after a %s', async (end) => {
      await stage.push('feature/login');
      const number = await stage.openPullRequest({
        from: 'feature/login',
        into: 'main',
        title: 'A login page',
      });
      await stage[end](number);
      await expect(host.pullRequest(number)).resolves.toEqual({ state: 'ended' });
      await expect(host.openPullRequests(null)).resolves.toEqual({ list: [], has_more: false });
    });

    it('have their new target after a change', async () => {
      await stage.push('release', 'feature/login');
      const number = await stage.openPullRequest({
        from: 'feature/login',
        into: 'main',
        title: 'A login page',
      });
      await stage.retarget(number, 'release');
      expect(await openOf(host, number)).toMatchObject({ target: { branch: 'release' } });
    });

    it('that do not exist are absent', async () => {
      await expect(host.pullRequest(404)).resolves.toEqual({ state: 'absent' });
    });

    it('of a missing repository are an error', async () => {
      const nothing = stage.connect({ repository: stage.repository.replace('website', 'nothing') });
      await expect(nothing.pullRequest(1)).rejects.toMatchObject({ code: 'git_host_not_found' });
    });

    it('of a fork name the fork', async () => {
      const { repository, commit } = await stage.fork();
      const number = await stage.openPullRequest({
        from: 'fix',
        into: 'main',
        title: 'A fix',
        fork: repository,
      });
      const found = await openOf(host, number);
      expect(found).toMatchObject({ fork: true, source: { branch: 'fix', repository } });
      const { refs } = await (await host.source(found.source.repository)).listRefs(['refs/heads/fix']);
      expect([...refs]).toEqual([['refs/heads/fix', commit]]);
    });
  });

  describe('a build status', () => {
    const status = (change: Partial<BuildStatus> = {}): BuildStatus => ({
      commit: stage.head,
      branch: 'main',
      fork: null,
      pull_request: null,
      environment: 'main',
      state: 'successful',
      url: 'https://main.example.org/',
      description: 'main is ready',
      ...change,
    });

    it('has its last state on its commit', async () => {
      await host.reportStatus(status({ state: 'in_progress', description: 'main is being deployed' }));
      await host.reportStatus(status());
      await expect(stage.statuses(stage.head)).resolves.toMatchObject([
        {
          state: stage.words.successful,
          name: 'Bough: main',
          url: 'https://main.example.org/',
          description: 'main is ready',
        },
      ]);
    });

    it('is separate from statuses of other environments and projects on the same commit', async () => {
      await host.reportStatus(status());
      await host.reportStatus(status({ environment: 'pr-1', pull_request: 1, state: 'failed' }));
      await stage.connect({ project: 'p2' }).reportStatus(status());
      const seen = await stage.statuses(stage.head);
      expect(seen.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
        `Bough: main ${stage.words.successful}`,
        `Bough: main ${stage.words.successful}`,
        `Bough: pr-1 ${stage.words.failed}`,
      ]);
    });

    it('accepts an environment with a long name', async () => {
      const environment = `feature/${'ü🌱'.repeat(120)}`;
      await host.reportStatus(status({ environment, description: '🌱'.repeat(300) }));
      const [seen] = await stage.statuses(stage.head);
      expect(`Bough: ${environment}`.startsWith(seen?.name ?? 'none')).toBe(true);
    });
  });

  describe('the webhook', () => {
    const secret = 'a webhook secret';
    const url = 'https://bough.example.org/projects/p1/integrations/i1/hook';

    it('is created once and found unchanged', async () => {
      await expect(host.findWebhook(url)).resolves.toBeNull();
      await expect(host.ensureWebhook({ url, secret })).resolves.toBe('created');
      await expect(host.ensureWebhook({ url, secret })).resolves.toBe('unchanged');
      await expect(host.findWebhook(url)).resolves.toEqual({
        active: true,
        missing_events: [],
        has_secret: true,
      });
      await expect(stage.webhooks()).resolves.toHaveLength(1);
    });

    it('is repaired after a user disabled it', async () => {
      await host.ensureWebhook({ url, secret });
      await stage.changeWebhook(url, { active: false });
      await expect(host.findWebhook(url)).resolves.toMatchObject({ active: false });
      await expect(host.ensureWebhook({ url, secret })).resolves.toBe('repaired');
      await expect(host.findWebhook(url)).resolves.toMatchObject({ active: true });
    });

    it('is repaired after a user removed events', async () => {
      await host.ensureWebhook({ url, secret });
      const [{ events } = { events: [] }] = await stage.webhooks();
      await stage.changeWebhook(url, { events: [stage.words.push] });
      const found = await host.findWebhook(url);
      expect(new Set(found?.missing_events)).toEqual(
        new Set(events.filter((event) => event !== stage.words.push)),
      );
      await expect(host.ensureWebhook({ url, secret })).resolves.toBe('repaired');
      const [repaired] = await stage.webhooks();
      expect(new Set(repaired?.events)).toEqual(new Set(events));
    });

    it('is removed, and no other webhook is', async () => {
      await stage.addWebhook(`${url}/`);
      await host.ensureWebhook({ url, secret });
      const foreign = (await stage.webhooks()).filter((hook) => hook.url !== url);
      await expect(host.removeWebhook(url)).resolves.toBe(true);
      await expect(stage.webhooks()).resolves.toEqual(foreign);
      await expect(host.removeWebhook(url)).resolves.toBe(false);
    });

    it('of another owner stays unchanged', async () => {
      await stage.addWebhook(`${url}/`);
      const before = await stage.webhooks();
      await expect(host.findWebhook(url)).resolves.toBeNull();
      await host.ensureWebhook({ url, secret });
      expect((await stage.webhooks()).filter((hook) => hook.url !== url)).toEqual(before);
    });
  });
});
