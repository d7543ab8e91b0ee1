import { describe, expect, it } from 'vitest';
import { anEnvironment, anIntegration, aProject, projectId } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

async function aWorld() {
  const world = await cliWorld();
  await world.integrations.save(anIntegration());
  await world.projects.save(aProject());
  await world.environments.save(anEnvironment({ id: 'main', type: 'production', parent: null }));
  await world.environments.save(anEnvironment({ id: 'feature/x' }));
  const set = (...argv: string[]) => world.bough(['environment:http-access', '-e', 'main', ...argv]);
  const stored = async (id = 'main') => (await world.environments.get(projectId, id))?.http_access;
  return { ...world, set, stored, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const updated = (id = 'main') => `Updated HTTP access settings for the environment ${id}:\n`;
const effect = '\nThe change reaches the site within a minute. The environment need not be redeployed.\n';

describe('bough environment:http-access', () => {
  it('shows the settings, changes nothing, and has an alias', async () => {
    await using world = await aWorld();

    expect(await world.bough(['httpaccess', '-e', 'main'])).toMatchObject({
      code: 0,
      stdout: 'is_enabled: false\naddresses: []\nbasic_auth: {}\n',
      stderr: 'HTTP access settings for the environment main:\n',
    });
    expect(await world.stored()).toBeNull();
  });

  it('sets users and addresses, each without the other, and never shows a password', async () => {
    await using world = await aWorld();

    expect(await world.set('--auth', 'ann:pass:word,1', '--auth', 'bob:secret1')).toMatchObject({
      code: 0,
      stdout: 'is_enabled: true\naddresses: []\nbasic_auth:\n  ann: ********\n  bob: ********\n',
      stderr: updated() + effect,
    });
    expect((await world.set('--access', 'allow:69.208.1.192', '--access', 'deny:any')).stdout).toBe(
      `is_enabled: true
addresses:
  - permission: allow
    address: 69.208.1.192/32
  - permission: deny
    address: 0.0.0.0/0
basic_auth:
  ann: ********
  bob: ********
`,
    );
    expect((await world.set('--auth', '0')).stdout).toContain('basic_auth: {}');
    expect((await world.set('--access', '0', '--enabled', 'false')).stdout).toBe(
      'is_enabled: false\naddresses: []\nbasic_auth: {}\n',
    );
  });

  it('tells when addresses that are allowed keep nobody out', async () => {
    await using world = await aWorld();

    expect((await world.set('--access', 'allow:69.208.1.192')).stderr).toContain(
      'end with: --access deny:any',
    );
    expect((await world.set('--access', 'allow:69.208.1.192', '--access', 'deny:any')).stderr).not.toContain(
      'end with',
    );
  });

  it('inherits from the parent, and inherits again', async () => {
    await using world = await aWorld();
    await world.set('--auth', 'ann:secret1');
    const child = (...argv: string[]) => world.bough(['environment:http-access', '-e', 'feature/x', ...argv]);

    expect((await child()).stderr).toBe(
      'HTTP access settings for the environment feature/x (inherited from main):\n',
    );
    expect(await child('--enabled', '0')).toMatchObject({ stderr: updated('feature/x') + effect });
    expect((await child('--inherit')).stderr).toBe(updated('feature/x (inherited from main)') + effect);
    expect(await world.stored('feature/x')).toBeNull();
    expect(await child('--inherit', '--enabled', '1')).toMatchObject({
      code: 1,
      stderr: "'--inherit' cannot be combined with other settings\n",
    });
  });

  it.each([
    [
      ['--auth', 'secret-password'],
      'The value of --auth is not valid. The format should be username:password',
    ],
    [['--auth', 'a:secret-password'], 'The username "a" for --auth is not valid'],
    [['--auth', 'ann:tiny'], 'The minimum password length for --auth is 6 characters'],
    [['--access', 'any'], 'Access "any" is not valid, please use the format: permission:address'],
    [
      ['--access', 'permit:any'],
      "The permission type 'permit' is not valid; it must be one of 'allow' or 'deny'",
    ],
    [['--access', 'deny:everybody'], 'The address "everybody" is not a valid IP address or CIDR'],
    [['--enabled', 'maybe'], "Invalid value for '--enabled': maybe (expected 1, 0, true, or false)"],
    [
      ['--auth', `ann:${'x'.repeat(200)}`],
      'The password has more than 128 characters, or control characters',
    ],
  ])('refuses %j', async (argv, message) => {
    await using world = await aWorld();

    expect(await world.set(...argv)).toMatchObject({ code: 1, stdout: '', stderr: `${message}\n` });
    expect(await world.stored()).toBeNull();
  });

  it('is a property of environment:info, without passwords', async () => {
    await using world = await aWorld();
    await world.set('--auth', 'ann:secret1');

    expect((await world.bough(['environment:info', '-e', 'main', 'http_access.basic_auth'])).stdout).toBe(
      'ann: ********\n',
    );
    expect((await world.bough(['environment:info', '-e', 'main', 'http_access', 'x'])).stderr).toBe(
      'Property not writable: http_access\n',
    );
  });
});
