import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { specs } from '../../cli/specs.ts';
import { aProject } from '../support/builders.ts';
import { cliWorld, runCli } from '../support/cli.ts';

describe('bough', () => {
  it('helps when it is called without a command', async () => {
    const { code, stdout, stderr } = await runCli([]);

    expect([code, stderr]).toEqual([0, '']);
    for (const { name } of specs) expect(stdout).toContain(name);
  });

  it.each(specs.map(({ name }) => name))(
    'explains %s, with an example that it would accept',
    async (name) => {
      const { code, stdout, stderr } = await runCli([name, '--help']);

      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: bough ${name}`);
      const example = /Example:\n {2}bough (.+)/.exec(stdout)?.[1] ?? '';
      await using world = await cliWorld();
      const words = example.replace(/"([^"]*)"/g, (_, text: string) => text.replaceAll(' ', '_')).split(' ');
      expect((await world.bough(words)).stderr).not.toContain('error:');
    },
  );

  it('tells its version', async () => {
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('suggests what a mistyped command may mean', async () => {
    const { code, stdout, stderr } = await runCli(['enviroment:list']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('environment:list');
  });

  it('refuses an unknown option', async () => {
    const { code, stderr } = await runCli(['projects', '--colums', 'id']);

    expect(code).toBe(1);
    expect(stderr).toContain("unknown option '--colums'");
    expect(stderr).toContain('--columns');
  });
});

describe('the API that is spoken to', () => {
  it("is the local stack's when none is named", async () => {
    await using world = await cliWorld();
    const port = new URL(world.url).port;

    const { code } = await runCli(['projects'], { env: { BOUGH_PORT: port } });

    expect(code).toBe(0);
    expect(world.requests).toMatchObject([{ method: 'GET', path: '/projects' }]);
  });

  it('may be named with a trailing slash', async () => {
    await using world = await cliWorld();

    expect((await runCli(['projects'], { env: { BOUGH_API_URL: `${world.url}/` } })).code).toBe(0);
  });

  it('is not asked for credentials on loopback', async () => {
    await using world = await cliWorld();

    await world.bough(['projects']);

    expect(world.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('says in one line what to do when nothing answers', async () => {
    const port = String(await closedPort());

    const { code, stdout, stderr } = await runCli(['projects'], { env: { BOUGH_PORT: port } });

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).toContain('npm start');
    expect(stderr).toContain('BOUGH_API_URL');
  });

  it.each(['nonsense', 'ftp://example.org', '127.0.0.1:4000'])('refuses %s as its address', async (url) => {
    const { code, stderr } = await runCli(['projects'], { env: { BOUGH_API_URL: url } });

    expect(code).toBe(1);
    expect(stderr).toBe(`BOUGH_API_URL does not make a URL: ${url}\n`);
  });

  it.each([
    ['a web page', 200, '<html>', 'not as Bough'],
    ['another API', 200, '{"projects":[]}', 'not as Bough'],
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

describe('the project that is meant', () => {
  it('is the only one there is', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect((await world.bough(['integrations'])).stderr).toBe('No integrations found\n');
  });

  it('must be said when there are several, which are listed', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Shop' }));

    const { code, stdout, stderr } = await world.bough(['integrations']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--project (-p) or BOUGH_PROJECT');
    expect(stderr).toContain('  abcdefghijklm  Website\n  zyxwvutsrqpon  Shop\n');
  });

  it.each([
    ['--project', ['--project', 'zyxwvutsrqpon'], {}],
    ['-p', ['-p', 'zyxwvutsrqpon'], { BOUGH_PROJECT: 'abcdefghijklm' }],
    ['BOUGH_PROJECT', [], { BOUGH_PROJECT: 'zyxwvutsrqpon' }],
  ])('is said with %s', async (_, flags, env) => {
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

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
