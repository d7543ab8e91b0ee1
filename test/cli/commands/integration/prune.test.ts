import { describe, expect, it } from 'vitest';
import { credentials, plainSecrets } from '../../../support/api-world.ts';
import { anEnvironment, anIntegration, integrationId, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const key = { project: projectId, id: integrationId };
const integration = anIntegration({
  sealed_credentials: await plainSecrets.seal('credentials', key, credentials.secret),
});

/** Environments of this number of deleted branches; the repository has `main` only. */
const worldOf = (gone: number) =>
  cliWorldOf(
    Array.from({ length: gone }, (_, index) => anEnvironment({ id: `branch-${index}` })),
    integration,
  );

const rows = (text: string) =>
  text
    .replaceAll(/ +/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('| '));
const prunesOf = async (world: Awaited<ReturnType<typeof worldOf>>) =>
  (await world.integrations.get(projectId, integration.id))?.version;

describe('bough integration:prune', () => {
  it('prunes now and waits for the result', async () => {
    await using world = await worldOf(1);

    const { code, stderr } = await world.bough(['integration:prune']);

    expect(code).toBe(0);
    expect(world.sent()).toMatchObject({
      method: 'POST',
      path: `/projects/${projectId}/integrations/${integration.id}/prune`,
    });
    expect(stderr).toContain('Pruning with the integration integration23 (type: bitbucket)\n');
    expect(stderr).toContain('Prune the environments of acme/website');
  });

  describe('with --dry-run', () => {
    it('shows the changes and the reasons, and changes nothing', async () => {
      await using world = await worldOf(1);
      const before = await prunesOf(world);

      const { code, stdout, stderr } = await world.bough(['integration:prune', '--dry-run']);

      expect(code).toBe(0);
      expect(rows(stdout)).toEqual([
        '| Environment | Change | Because |',
        '| branch-0 | delete | the branch branch-0 was deleted |',
      ]);
      expect(stderr).toBe('\nDry run: nothing was changed. A prune would make these changes: delete 1.\n');
      expect(await prunesOf(world)).toBe(before);
    });

    it('reports held-back deletions, the reason and how to confirm them', async () => {
      await using world = await worldOf(10);

      const { stdout, stderr } = await world.bough(['integration:prune', '--dry-run']);

      expect(rows(stdout)).toHaveLength(11);
      expect(rows(stdout)).toContain('| branch-9 | held back | the branch branch-9 was deleted |');
      expect(stderr).toBe(
        `
Dry run: nothing was changed. A prune would make these changes: held back 10.
Deletions are held back: 10 of 11 environments would be deleted at once, and the limit is 5.
To delete these environments, run: bough integration:prune --confirm
`,
      );
    });

    it('reports that there are no changes', async () => {
      await using world = await worldOf(0);

      const { code, stdout, stderr } = await world.bough(['integration:prune', '--dry-run']);

      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toBe('No changes: the environments match the repository.\n');
    });

    it('has machine formats', async () => {
      await using world = await worldOf(1);

      const { stdout } = await world.bough([
        'integration:prune',
        '--dry-run',
        '--format',
        'tsv',
        '--no-header',
      ]);

      expect(stdout).toBe('branch-0\tdelete\tthe branch branch-0 was deleted\n');
    });
  });

  describe('with --confirm', () => {
    it('shows the held-back deletions, asks, and confirms exactly these', async () => {
      await using world = await worldOf(10);

      const { code, stdout, stderr } = await world.bough(['integration:prune', '--confirm'], {
        answers: ['y'],
      });

      expect(code).toBe(0);
      expect(rows(stdout)).toHaveLength(11);
      expect(stderr).toContain('10 of 11 environments would be deleted at once, and the limit is 5.\n');
      expect(stderr).toContain(
        'Are you sure you want to delete these 10 environments with all their data? [y/N] y',
      );
      expect(world.sent()).toMatchObject({ body: { confirm: expect.stringMatching(/^a-\w+-\w+$/) } });
    });

    it.each([
      ['somebody says no', ['integration:prune', '--confirm'], { answers: ['n'] }],
      ['somebody only presses Enter', ['integration:prune', '--confirm'], { answers: [''] }],
      ['nobody is there', ['integration:prune', '--confirm'], {}],
      ['--no is given', ['integration:prune', '--confirm', '--no'], {}],
    ])('deletes nothing when %s', async (_, argv, options) => {
      await using world = await worldOf(10);

      expect((await world.bough(argv, options)).code).toBe(1);
      expect(world.sent()).toMatchObject({ body: { dry_run: true } });
    });

    it('asks nothing with --yes', async () => {
      await using world = await worldOf(10);

      expect((await world.bough(['integration:prune', '--confirm', '--yes'])).code).toBe(0);
      expect(world.sent()).toMatchObject({ body: { confirm: expect.any(String) } });
    });

    it('does nothing when no deletion is held back', async () => {
      await using world = await worldOf(5);

      const { code, stderr } = await world.bough(['integration:prune', '--confirm']);

      expect([code, stderr]).toEqual([0, 'No deletions are held back.\n']);
      expect(world.sent()).toMatchObject({ body: { dry_run: true } });
    });
  });

  it('rejects both options together', async () => {
    await using world = await worldOf(0);

    expect(await world.bough(['integration:prune', '--dry-run', '--confirm'])).toMatchObject({
      code: 1,
      stderr: 'The option --dry-run cannot be combined with --confirm.\n',
    });
  });
});

describe('held-back deletions', () => {
  it('are shown by integration:get and integration:list', async () => {
    const held_back = {
      digest: '1-2-3',
      count: 99,
      ids: ['branch-0'],
      because: '99 of 100 environments would be deleted at once, and the limit is 20',
      since: '2026-11-30T10:00:00.000Z',
    };
    await using world = await cliWorldOf([], anIntegration({ held_back }));

    const { stdout } = await world.bough(['integration:get']);
    expect(stdout).toMatch(/\| held_back +\| digest: 1-2-3 /);
    expect(stdout).toContain(`because: ${held_back.because}`);
    expect(stdout).toContain('since: 2026-11-30T10:00:00+00:00');
    expect((await world.bough(['integrations'])).stdout).toContain('Deletions held back: 99');
  });
});
