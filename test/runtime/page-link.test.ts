import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logPath } from '../../shared/runtime/log-link.ts';
import {
  boardPath,
  longestLinkedName,
  openBoard,
  openStatusPage,
  statusPagePath,
} from '../../shared/runtime/page-link.ts';
import { anIntegration, projectId } from '../support/builders.ts';
import { openSecrets } from '../support/doubles.ts';
import { memoryStores } from '../support/memory-stores.ts';

type Integration = ReturnType<typeof anIntegration>;

/** The name of the environment whose page a path opens, with these integrations; null for none. */
async function opened(path: string, ...those: Integration[]): Promise<string | null> {
  const [, , project = '', segment = '', signature = ''] = path.split(/[/?]/);
  const page = await openStatusPage(await portsWith(those), { project, segment, signature });
  return page?.environment ?? null;
}

async function opensBoard(path: string, ...those: Integration[]): Promise<boolean> {
  const [, , project = '', signature = ''] = path.split('/');
  return (await openBoard(await portsWith(those), { project, signature })) !== null;
}

async function portsWith(those: Integration[]) {
  const { integrations } = memoryStores();
  for (const integration of those) await integrations.save(integration);
  return { integrations, secrets: openSecrets };
}

const pathOf = (environment: string, integration = anIntegration()) =>
  statusPagePath(openSecrets, integration, environment);

describe("the link to an environment's status page", () => {
  it('is signed, and names the deployment that it is about', async () => {
    const path = await statusPagePath(openSecrets, anIntegration(), 'feature/x', 'activity23456');

    expect(path).toMatch(
      new RegExp(`^/status/${projectId}/feature~2fx/[\\w-]{43}\\?activity=activity23456$`),
    );
    expect(await opened(path ?? '', anIntegration())).toBe('feature/x');
  });

  it.each(['a/activities', '50%-off', 'a~2fb', 'ä/ö', '..', 'x.y', '\u202e', 'ü'.repeat(125), ' '])(
    'opens the page of any name, without characters that a server on the way changes: %s',
    async (name) => {
      const path = (await pathOf(name)) ?? '';

      expect(path).toMatch(/^\/status\/\w+\/[\w~-]+\/[\w-]{43}$/);
      expect(await opened(path, anIntegration())).toBe(name);
    },
  );

  it('opens exactly one page of the project', async () => {
    const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(name, name, async (one, other) => {
        const [, , , segment, signature] = ((await pathOf(one)) ?? '').split('/');
        const another = ((await pathOf(other)) ?? '').split('/')[3];
        expect(await opened(`/status/${projectId}/${segment}/${signature}`, anIntegration())).toBe(one);
        expect(await opened(`/status/${projectId}/${another}/${signature}`, anIntegration())).toBe(
          one === other ? one : null,
        );
      }),
    );
  });

  it('does not exist for a longer name, which does not fit into a path', async () => {
    expect(await pathOf('a'.repeat(longestLinkedName))).not.toBeNull();
    expect(await pathOf('a'.repeat(longestLinkedName + 1))).toBeNull();
  });

  it('opens nothing with the key of another integration, or after public pages were switched off', async () => {
    const path = (await pathOf('main')) ?? '';

    expect(await opened(path, anIntegration())).toBe('main');
    expect(await opened(path, anIntegration({ sealed_log_key: 'sealed:another-key' }))).toBeNull();
    expect(await opened(path, anIntegration({ sealed_log_key: null }))).toBeNull();
    expect(await opened(path, anIntegration({ public_pages: false }))).toBeNull();
    expect(await opened(path)).toBeNull();
  });

  it('does not exist without public pages or without a key', async () => {
    expect(await pathOf('main', anIntegration({ public_pages: false }))).toBeNull();
    expect(await pathOf('main', anIntegration({ sealed_log_key: null }))).toBeNull();
  });
});

describe("the link to a project's board", () => {
  it('is signed, and opens this board only', async () => {
    const path = (await boardPath(openSecrets, anIntegration())) ?? '';
    const another = anIntegration({ project: 'another', sealed_log_key: 'sealed:another-key' });

    expect(path).toMatch(new RegExp(`^/board/${projectId}/[\\w-]{43}$`));
    expect(await opensBoard(path, anIntegration(), another)).toBe(true);
    expect(await opensBoard(path.replace(projectId, 'another'), anIntegration(), another)).toBe(false);
    expect(await opensBoard(`${path}x`, anIntegration())).toBe(false);
    expect(await opensBoard(path, anIntegration({ public_pages: false }))).toBe(false);
    expect(await opensBoard(path, anIntegration({ sealed_log_key: 'sealed:another-key' }))).toBe(false);
  });

  it('does not exist without public pages or without a key', async () => {
    expect(await boardPath(openSecrets, anIntegration({ public_pages: false }))).toBeNull();
    expect(await boardPath(openSecrets, anIntegration({ sealed_log_key: null }))).toBeNull();
  });

  it('has a signature that opens neither a page nor a log, and the other way round', async () => {
    const board = ((await boardPath(openSecrets, anIntegration())) ?? '').split('/').at(-1) ?? '';
    const log = (await logPath(openSecrets, anIntegration(), 'main')).split('/').at(-1) ?? '';

    expect(await opened(`/status/${projectId}/main/${board}`, anIntegration())).toBeNull();
    expect(await opened(`/status/${projectId}/main/${log}`, anIntegration())).toBeNull();
    expect(await opensBoard(`/board/${projectId}/${log}`, anIntegration())).toBe(false);
  });
});
