import { describe, expect, it } from 'vitest';
import { apiUrl, credentials, webhookSecret } from '../../../support/api-world.ts';
import { anIntegration, aProject, aServerIntegration } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  return world;
}

describe('bough integration:get', () => {
  const hookUrl = `${apiUrl}/projects/abcdefghijklm/integrations/integration23/hook`;

  it('shows all properties, the hook URL last', async () => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());

    const { code, stdout } = await world.bough(['integration:get', '--format', 'csv']);

    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContain('repository,acme/website');
    expect(lines).toContain('created_at,2026-11-22T10:00:00+00:00');
    expect(lines).toContain('last_delivery_at,');
    expect(lines).toContain('app_credentials,key: consumer-key');
    expect(lines.at(-1)).toBe(`hook_url,${hookUrl}`);
    expect(stdout).not.toContain('_links');
  });

  it('can be JSON', async () => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());

    const { stdout } = await world.bough(['integration:get', '--format', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({ prune_branches: true, hook_url: hookUrl });
  });

  it.each([
    [['--property', 'hook_url'], `${hookUrl}\n`],
    [['-P', 'fetch_branches'], 'true\n'],
    [['-P', 'app_credentials.key'], 'consumer-key\n'],
    [['integration23', '-P', 'id'], 'integration23\n'],
    [['inte', '-P', 'id'], 'integration23\n'],
  ])('prints only the value for %j', async (flags, expected) => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());

    expect(await world.bough(['integration:get', ...flags])).toMatchObject({
      code: 0,
      stdout: expected,
      stderr: '',
    });
  });

  it.each([
    [['-P', 'nope'], 'Property not found: nope\n'],
    [['-P', 'app_credentials.secret'], 'Property not found: app_credentials.secret\n'],
    [['nope'], 'Integration not found: nope\n'],
  ])('rejects %j', async (flags, message) => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());

    expect(await world.bough(['integration:get', ...flags])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: message,
    });
  });

  it("prints the webhook's secret only as the requested property", async () => {
    await using world = await aWorld();
    const { key, secret } = credentials;
    const consumer = ['--key', key, '--secret', secret];
    await world.bough([
      ...['integration:add', '--type', 'bitbucket', '--repository', 'acme/website', '--no-wait'],
      ...consumer,
    ]);

    const asked = await world.bough(['integration:get', '--property', 'hook_secret']);
    const table = await world.bough(['integration:get']);

    expect(asked).toMatchObject({ code: 0, stdout: `${webhookSecret}\n`, stderr: '' });
    expect(table.stdout).not.toContain(webhookSecret);
  });

  it('requires an id when there are several', async () => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());
    await world.integrations.save(anIntegration({ id: 'integration45' }));

    const { code, stderr } = await world.bough(['integration:get']);
    const ambiguous = await world.bough(['integration:get', 'integration']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^An integration ID is required\.\n {2}integration23 \(bitbucket\)\n/);
    expect(ambiguous).toMatchObject({ code: 1, stderr: expect.stringContaining('ambiguous') });
  });
});

describe('bough integration:list', () => {
  it('summarises each integration', async () => {
    await using world = await aWorld();
    await world.integrations.save(anIntegration());

    const { code, stdout, stderr } = await world.bough(['integrations']);

    expect(code).toBe(0);
    expect(stdout).toContain('| integration23 | bitbucket | Repository: acme/website ');
    expect(stdout).toContain(`|               |           | Hook URL: ${apiUrl}/projects/abcdefghijklm/`);
    expect(stderr).toBe(
      [
        '',
        'View integration details with: bough integration:get [id]',
        '',
        'Add a new integration with: bough integration:add',
        'Delete an integration with: bough integration:delete [id]',
        '',
      ].join('\n'),
    );
  });

  it('shows the server of a repository', async () => {
    await using world = await aWorld();
    await world.integrations.save(aServerIntegration());

    const { stdout } = await world.bough(['integrations', '--format', 'json']);

    const [{ summary }] = JSON.parse(stdout);
    expect(summary).toMatch(
      /^Project: ACME\nRepository: website\nBase URL: https:\/\/git\.example\.org\/bitbucket\nHook URL: https/,
    );
  });

  it.each([[['integrations']], [['integration:list', '--type', 'github']]])(
    'finds none with %j',
    async (argv) => {
      await using world = await aWorld();
      if (argv.length > 1) await world.integrations.save(anIntegration());

      expect(await world.bough(argv)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'No integrations found\n',
      });
    },
  );
});
