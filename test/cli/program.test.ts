import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { specs } from '../../cli/commands/specs.ts';
import { aProject, projectId } from '../support/builders.ts';
import { cliWorld, cliWorldOf, runCli } from '../support/cli.ts';

describe('bough', () => {
  it('shows the help without a command', async () => {
    const { code, stdout, stderr } = await runCli([]);

    expect([code, stderr]).toEqual([0, '']);
    for (const { name, isHidden } of specs) expect(stdout.includes(` ${name} `)).toBe(!isHidden);
  });

  it.each([['--help'], ['help'], ['list']])('lists the commands by namespace for %s', async (word) => {
    const { code, stdout } = await runCli([word]);

    const headings = [...stdout.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading);
    expect(code).toBe(0);
    expect(headings).toEqual([
      'Options',
      'Project',
      'Integration',
      'Environment',
      'Activity',
      'Variable',
      'Mirror',
      'Deadletter',
      'Self',
      'Other',
    ]);
    expect(stdout).toContain('  environment:list (environments, env) ');
    expect(stdout).toContain('BOUGH_PROJECT');
  });

  it.each(specs)(
    'explains $name, with examples that it would accept',
    async ({ name, aliases, examples }) => {
      const { code, stdout, stderr } = await runCli([name, '--help']);

      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: bough ${name}`);
      if (aliases.length > 0) expect(stdout).toContain(`Aliases: ${aliases.join(', ')}\n`);
      expect(stdout).toContain(`Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
      // Examples of the console serve a page until Ctrl-C (test/e2e/console-command.test.ts runs them), and those of
      // `init` write into the current directory (test/e2e/examples.test.ts runs them).
      for (const example of ['console', 'init'].includes(name) ? [] : examples) {
        await using world = await cliWorld();
        expect((await world.bough(wordsOf(example))).stderr).not.toContain('error:');
      }
    },
  );

  it('prints its version', async () => {
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('rejects an unknown option', async () => {
    const { code, stderr } = await runCli(['projects', '--colums', 'id']);

    expect(code).toBe(1);
    expect(stderr).toContain("unknown option '--colums'");
    expect(stderr).toContain('--columns');
  });
});

describe('the common options', () => {
  const commands = specs.map(({ name }) => name);

  it.each(commands)('%s accepts answers in advance', async (name) => {
    const { stdout } = await runCli([name, '--help']);

    for (const flags of ['-y, --yes', '-n, --no', '--no-interaction', '-h, --help']) {
      expect(stdout.split('Common options:')[1]).toContain(`  ${flags} `);
    }
  });

  it.each([
    ['after the command', ['integration:delete', '--no']],
    ['before it', ['--no', 'integration:delete']],
    ['in short', ['integration:delete', '-n']],
    ['with yes, which it outweighs', ['-y', 'integration:delete', '-n']],
  ])('no %s', async (_, argv) => {
    const world = await cliWorldOf([]);

    expect((await world.bough(argv, { answers: [] })).code).toBe(1);
    expect(await world.integrations.listOf(projectId)).toHaveLength(1);
  });

  it.each([
    [['integration:delete', '--yes'], {}],
    [['-y', 'integration:delete'], {}],
    [['integration:delete', '--no-interaction'], {}],
    [['--no-interaction', 'integration:delete'], {}],
    [['integration:delete'], { BOUGH_NO_INTERACTION: '1' }],
  ])('%j asks no question with %j', async (argv, env) => {
    const world = await cliWorldOf([]);

    expect((await world.bough(argv, { env, answers: [] })).code).toBe(0);
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it.each([['-v'], ['-vv'], ['-vvv'], ['--verbose'], ['--no-ansi'], ['--ansi'], ['-q', '-v']])(
    'accepts %j of Upsun before and after the command',
    async (...flags) => {
      const world = await cliWorldOf([]);

      expect(await world.bough(['projects', ...flags])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('Your projects are:'),
      });
      expect((await world.bough([...flags, 'projects'])).code).toBe(0);
    },
  );

  it('prints with --quiet the refusal that a command goes on after', async () => {
    await using world = await cliWorldOf([]);

    const { code, stderr } = await world.bough(['environment:delete', '-e', 'main', '-q', '--yes']);
    const refused = await world.bough(['environment:merge', '-e', 'main', '-q', '--yes']);

    expect([code, refused.code]).toEqual([1, 1]);
    expect(refused.stderr).toContain('Operation not available');
    expect(stderr).not.toBe('');
  });

  it('prints data and errors only with --quiet, and asks nothing', async () => {
    const world = await cliWorldOf([]);

    expect(await world.bough(['projects', '-q', '--pipe'])).toMatchObject({
      stderr: '',
      stdout: `${projectId}\n`,
    });
    expect((await world.bough(['--quiet', 'projects'])).stderr).toBe('');
    expect((await world.bough(['env', '-q', '-p', 'unknown'])).stderr).toBe(
      'Specified project not found: unknown\n',
    );
    expect((await world.bough(['integration:delete', '-q'], { answers: [] })).code).toBe(0);
  });

  it.each([
    [['projects', '-c0', '--pipe', '--my', '--org', 'acme', '--refresh', '0']],
    [['project:info', '--refresh', 'id']],
  ])('runs %j as Upsun does', async (argv) => {
    const world = await cliWorldOf([]);

    expect((await world.bough(argv)).stdout).toBe(`${projectId}\n`);
  });

  it('has the repository as git and the API as url of a project', async () => {
    const world = await cliWorldOf([]);

    expect((await world.bough(['project:info', 'git'])).stdout).toMatch(/acme\/website\.git\n$/);
    expect((await world.bough(['project:info', 'url'])).stdout).toMatch(
      new RegExp(`/projects/${projectId}\n$`),
    );
  });

  it('creates a project with the options of Upsun', async () => {
    const world = await cliWorldOf([]);
    const argv = [
      'create',
      '--title',
      'Shop',
      '--region',
      'eu-5.platform.sh',
      '--org',
      'acme',
      '--no-set-remote',
    ];

    expect((await world.bough(argv)).code).toBe(0);
  });

  it('asks questions with BOUGH_NO_INTERACTION=0', async () => {
    const world = await cliWorldOf([]);

    await world.bough(['integration:delete'], { env: { BOUGH_NO_INTERACTION: '0' }, answers: ['n'] });

    expect(await world.integrations.listOf(projectId)).toHaveLength(1);
  });
});

describe("the API's address", () => {
  it('is the local stack by default', async () => {
    await using world = await cliWorld();
    const port = new URL(world.url).port;

    const { code } = await runCli(['projects'], { env: { BOUGH_PORT: port } });

    expect(code).toBe(0);
    expect(world.requests).toMatchObject([{ method: 'GET', path: '/projects' }]);
  });

  it('may have a trailing slash', async () => {
    await using world = await cliWorld();

    expect((await runCli(['projects'], { env: { BOUGH_API_URL: `${world.url}/` } })).code).toBe(0);
  });

  it('needs no credentials on loopback', async () => {
    await using world = await cliWorld();

    await world.bough(['projects']);

    expect(world.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is reported with a remedy in one line when there is no response', async () => {
    const port = String(await closedPort());

    const { code, stdout, stderr } = await runCli(['projects'], { env: { BOUGH_PORT: port } });

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).toContain('npm start');
    expect(stderr).toContain('BOUGH_API_URL');
  });

  it.each(['nonsense', 'ftp://example.org', '127.0.0.1:4000'])('cannot be %s', async (url) => {
    const { code, stderr } = await runCli(['projects'], { env: { BOUGH_API_URL: url } });

    expect(code).toBe(1);
    expect(stderr).toBe(`BOUGH_API_URL is not a valid URL: ${url}\n`);
  });

  it.each([
    ['a web page', 200, '<html>', 'not from Bough'],
    ['another API', 200, '{"projects":[]}', 'not from Bough'],
    ['a gateway that refuses', 403, '{"message":"Forbidden"}', 'execute-api:Invoke'],
    ['a gateway without an API', 404, '{"message":"Not Found"}', 'Not Found'],
    ['a server in trouble', 503, 'Service Unavailable', 'status 503'],
  ])('may be %s', async (_, status, body, message) => {
    const server = createServer((_request, response) => void response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const { code, stdout, stderr } = await runCli(['projects'], { env: { BOUGH_API_URL: url } });
    await new Promise((resolve) => server.close(resolve));

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});

describe('the selected project', () => {
  it('is the only project by default', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect((await world.bough(['integrations'])).stderr).toBe('No integrations found\n');
  });

  it('must be specified when there are several, which are listed', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Shop' }));

    const { code, stdout, stderr } = await world.bough(['integrations']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--project (-p) or BOUGH_PROJECT');
    expect(stderr).toContain('  zyxwvutsrqpon  Shop\n  abcdefghijklm  Website\n');
  });

  it.each([
    ['--project', ['--project', 'zyxwvutsrqpon'], {}],
    ['-p', ['-p', 'zyxwvutsrqpon'], { BOUGH_PROJECT: 'abcdefghijklm' }],
    ['BOUGH_PROJECT', [], { BOUGH_PROJECT: 'zyxwvutsrqpon' }],
  ])('is specified with %s', async (_, flags, env) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Shop' }));

    await world.bough(['integrations', ...flags], { env });

    expect(world.requests.at(-1)?.path).toBe('/projects/zyxwvutsrqpon/integrations');
  });

  it.each(['unknown', '', '../admin', 'x/y?z#'])('must exist: %j', async (id) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { code, stderr } = await world.bough(['integrations', '-p', id]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: `Specified project not found: ${id}\n` });
  });

  it('can be created when there is none', async () => {
    await using world = await cliWorld();

    const { code, stderr } = await world.bough(['environments']);

    expect(code).toBe(1);
    expect(stderr).toContain('bough project:create');
  });
});

/** Splits a command line into words as a shell does. */
function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
  return [...words].map(([word]) => word.replaceAll(/["']/g, '')).slice(1);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
