import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { anActivity, anEnvironment } from '../../../support/api-world.ts';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld, runCli } from '../../../support/cli.ts';

const other = 'zyxwvutsrqpon';

/** Two projects; one has a resource of each kind. */
async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.projects.save(aProject({ id: other }));
  await world.environments.save(anEnvironment({ activities: [anActivity({ id: 'activity2345' })] }));
  await world.environments.save(anEnvironment({ id: 'feature/x' }));
  await world.integrations.save(anIntegration());
  return world;
}

/** The printed IDs for a command line. */
const ids = async (kind: string, line: string, env: Record<string, string> = {}) => {
  await using world = await aWorld();
  return await world.bough(['__complete', '--patience', '60000', kind, '--', ...line.split(' ')], { env });
};

describe('the IDs that a shell completes', () => {
  it.each([
    ['projects', 'bough projects -p ', `abcdefghijklm\n${other}\n`],
    ['environments', 'bough url -p abcdefghijklm -e ', 'feature/x\nmain\n'],
    ['environments', 'bough url --project abcdefghijklm -e ', 'feature/x\nmain\n'],
    ['environments', 'bough url --project=abcdefghijklm -e ', 'feature/x\nmain\n'],
    ['environments', `bough url -p ${other} -e `, ''],
    ['integrations', 'bough integration:get -p abcdefghijklm ', 'integration23\n'],
    ['activities', 'bough activity:log -p abcdefghijklm ', 'activity2345\n'],
  ])('are %s for %j', async (kind, line, expected) => {
    const { code, stdout, stderr } = await ids(kind, line);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').sort()).toEqual(expected.split('\n').sort());
  });

  it('are those of BOUGH_PROJECT by default', async () => {
    const { stdout } = await ids('integrations', 'bough integration:get ', {
      BOUGH_PROJECT: 'abcdefghijklm',
    });

    expect(stdout).toBe('integration23\n');
  });

  it.each([
    ['there are several projects', 'environments', 'bough url -e ', {}],
    ['the project is not known', 'environments', 'bough url -p unknown -e ', {}],
    ['the project is yet to be typed', 'environments', 'bough url -p', {}],
    ['there is no such kind', 'nonsense', 'bough url -p abcdefghijklm', {}],
    ['there is no such place', '../../../..', 'bough url -p abcdefghijklm', {}],
    ['there is no API', 'projects', 'bough -p ', { BOUGH_API_URL: 'http://127.0.0.1:1' }],
    ['the address is none', 'projects', 'bough -p ', { BOUGH_API_URL: 'nonsense' }],
  ])('are none, without a message, when %s', async (_, kind, line, env) => {
    expect(await ids(kind, line, env)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('are none when the API is slow', async () => {
    const silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;

    const main = join(import.meta.dirname, '../../../../cli/main.ts');
    const shell = spawn(
      process.execPath,
      ['--no-warnings', '--import', 'tsx', main, '__complete', 'projects'],
      {
        env: { PATH: process.env['PATH'], BOUGH_API_URL: `http://127.0.0.1:${port}` },
      },
    );
    const [stdout, stderr, [code]] = await Promise.all([
      text(shell.stdout),
      text(shell.stderr),
      once(shell, 'exit'),
    ]);
    silent.closeAllConnections();
    silent.close();

    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  it('come from a hidden command', async () => {
    expect((await runCli(['--help'])).stdout).not.toContain('__complete');
  });
});
