import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { anEnvironment, apiUrl, apiWorld, credentials } from '../../support/api-world.ts';
import { aProject, projectId, theProductionEnvironment } from '../../support/builders.ts';

const collection = `/projects/${projectId}/integrations`;

/** A project whose repository has only `main`, with environments of deleted branches. */
async function aWorld(gone: number) {
  const world = apiWorld();
  await world.projects.save(aProject());
  const body = { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials };
  const { entity } = (await call(world.handler, 'POST', collection, { body })).body._embedded;
  await world.environments.save(theProductionEnvironment({ integration: entity.id }));
  for (let index = 0; index < gone; index++)
    await world.environments.save(anEnvironment({ id: `branch-${index}`, integration: entity.id }));
  const self: string = `${collection}/${entity.id}`;
  const stored = () => world.integrations.get(projectId, entity.id);
  const prune = (input: object = {}) => call(world.handler, 'POST', `${self}/prune`, { body: input });
  return { ...world, self, entity, stored, prune };
}

describe('POST /projects/{project}/integrations/{integration}/prune', () => {
  it('starts an activity of the integration', async () => {
    const { prune, stored, entity, self } = await aWorld(1);

    const { status, body } = await prune();

    expect(status).toBe(200);
    expect(entity._links['#prune']).toEqual({ href: `${apiUrl}${self}/prune` });
    expect(body._embedded.activities).toMatchObject([{ type: 'integration.bitbucket.prune' }]);
    expect((await stored())?.activities.at(-1)).toMatchObject({ type: 'integration.bitbucket.prune' });
  });

  it('returns the changes with dry_run, and makes none', async () => {
    const { prune, stored, effects } = await aWorld(1);
    const [before, sent] = [await stored(), effects.length];

    const { status, body } = await prune({ dry_run: true });

    expect(status).toBe(200);
    expect(body).toEqual({
      dry_run: true,
      counts: { delete: 1, hold_back: 0, create: 0, update: 0, keep: 0 },
      changes: [{ environment: 'branch-0', change: 'delete', because: 'the branch branch-0 was deleted' }],
      has_more: false,
      held_back: null,
      left_out: null,
    });
    expect(await stored()).toEqual(before);
    expect(effects).toHaveLength(sent);
  });

  it('returns the first 500 changes and counts all', async () => {
    const { prune } = await aWorld(501);

    const { body } = await prune({ dry_run: true });

    expect(body).toMatchObject({ has_more: true, counts: { hold_back: 501 }, held_back: { count: 501 } });
    expect(body.changes).toHaveLength(500);
    expect(body.held_back.ids).toHaveLength(100);
  });

  it('accepts the digest of a dry run as a confirmation of exactly these deletions', async () => {
    const { prune, stored } = await aWorld(10);
    const { digest } = (await prune({ dry_run: true })).body.held_back;

    const { status } = await prune({ confirm: digest });

    expect(status).toBe(200);
    expect((await stored())?.activities.at(-1)).toMatchObject({ confirms: digest });
  });

  it.each([['another digest', '1-2-3'] as const, ['true, while nothing is held back', true] as const])(
    'refuses %s',
    async (_, confirm) => {
      const { prune, stored } = await aWorld(10);
      const before = await stored();

      expect(await prune({ confirm })).toMatchObject({
        status: 409,
        body: {
          code: 409,
          message: expect.stringMatching(/^Nothing was deleted: /),
          detail: { error: 'held_back_changed', remedy: expect.stringContaining('--dry-run') },
        },
      });
      expect(await stored()).toEqual(before);
    },
  );

  it.each([
    [
      'a confirmation with dry_run',
      { dry_run: true, confirm: true },
      { confirm: 'Cannot be used with dry_run' },
    ],
    ['what it does not know', { force: true }, { force: 'Unknown field' }],
  ])('refuses %s', async (_, input, detail) => {
    const { prune } = await aWorld(0);

    expect(await prune(input)).toMatchObject({ status: 400, body: { detail } });
  });

  it("returns the reason of Bitbucket's refusal", async () => {
    const { prune, bitbucket } = await aWorld(0);
    bitbucket.fail('openPullRequests', new Error('socket hang up'));

    expect((await prune({ dry_run: true })).status).toBe(500);
  });

  it('shows held-back deletions on the integration after a prune', async () => {
    const { handler, self, integrations, stored } = await aWorld(0);
    const before = await stored();
    const held_back = {
      digest: '1-2-3',
      count: 1,
      ids: ['x'],
      because: 'too many',
      since: '2026-11-30T10:00:00.000Z',
    };
    if (before) await integrations.save({ ...before, held_back, version: before.version + 1 });

    expect((await call(handler, 'GET', self)).body).toMatchObject({
      held_back,
      prune_limit: { environments: 5, percent: 20 },
    });
  });
});
