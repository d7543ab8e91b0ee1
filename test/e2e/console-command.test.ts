import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleCommands } from '../../cli/commands/console/spec.ts';
import { bundle } from '../../infra/bundle.ts';
import { PROGRAMS } from '../../infra/programs.ts';
import { ask } from '../support/ask.ts';
import { aBuiltPage } from '../support/console.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { eventually } from '../support/running-bough.ts';

/** An installed package with the bundled command and a page. */
let installed: string;
let api: HttpServer;
/** A directory with openers that start no browser, and write the address to a file. */
let openers: string;
const opened = () => join(openers, 'opened');

beforeAll(async () => {
  installed = await mkdtemp(join(tmpdir(), 'bough-installed-'));
  await bundle({
    outdir: join(installed, 'dist'),
    programs: PROGRAMS.filter(({ kind }) => kind === 'command'),
  });
  await writeFile(join(installed, 'package.json'), '{}');
  await cp(await aBuiltPage(), join(installed, 'dist/console'), { recursive: true });
  openers = await mkdtemp(join(tmpdir(), 'bough-openers-'));
  for (const name of ['xdg-open', 'osascript']) {
    const script = `#!/bin/sh\nread -r text\necho "$1$text" > '${opened()}.part' && mv '${opened()}.part' '${opened()}'\n`;
    await writeFile(join(openers, name), script, { mode: 0o755 });
  }
  api = await startHttpServer(() => ({ status: 200, body: [] }));
});
afterAll(async () => {
  await api?.stop();
  await rm(installed, { recursive: true, force: true });
});

const command = () => join(installed, 'dist/cli/bough.mjs');

interface Running {
  child: ChildProcessByStdio<null, Readable, Readable>;
  stdout: () => string;
  stderr: () => string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [command(), 'console', ...args], {
    env: { PATH: `${openers}:${process.env['PATH']}`, HOME: '/nonexistent', BOUGH_API_URL: api.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return { child, stdout: () => stdout, stderr: () => stderr };
}

/** Starts a console, and waits for its address. */
async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const running = start(args, env);
  const [, base = '', token = ''] = await eventually('the address is printed', () =>
    /^(http:\/\/127\.0\.0\.1:\d+\/)#t=([\w-]{43})\n$/.exec(running.stdout()),
  );
  const own = { 'sec-fetch-site': 'same-origin', 'x-bough-token': token };
  return {
    ...running,
    base,
    token,
    own,
    /** Presses Ctrl-C, and resolves to the exit code. */
    async stop(): Promise<number | null> {
      running.child.kill('SIGINT');
      const [code] = await once(running.child, 'close');
      return code;
    },
  };
}

/** Runs a command that fails, and resolves to its exit code and its message. */
async function fail(args: readonly string[]) {
  const { child, stdout, stderr } = start(args);
  const [code] = await once(child, 'close');
  return { code, stdout: stdout(), stderr: stderr() };
}

describe('bough console', () => {
  it('serves the page of its package until Ctrl-C, also while a browser is connected', async () => {
    const console = await serve(['--no-open']);
    const idle = await fetch(console.base, { headers: { connection: 'keep-alive' } });
    await idle.text();

    const page = await ask(console.base, '/', { 'sec-fetch-site': 'none' });
    const data = await ask(console.base, '/api/projects', console.own);
    const session = JSON.parse((await ask(console.base, '/session', console.own)).text);

    expect(page.text).toContain('<title>Console');
    expect(data.text).toBe('[]');
    expect(session).toMatchObject({ api_url: api.url, region: 'local', stack: null, read_only: false });
    expect(console.stderr()).toBe(`Console of ${api.url}. Press Ctrl-C to stop it.\n`);
    expect(await console.stop()).toBe(0);
  });

  it('uses the port that it is given, and only reads when it is told to', async () => {
    const { port, free } = await aFreePort();
    await free();
    const console = await serve(['--port', String(port), '--no-open', '--read-only']);

    const write = await ask(console.base, '/api/projects/abc', console.own, 'DELETE');

    expect(console.base).toBe(`http://127.0.0.1:${port}/`);
    expect(write.status).toBe(403);
    expect(console.stderr()).toContain(', read-only.');
    expect(await console.stop()).toBe(0);
  });

  it.runIf(process.platform === 'linux')('opens the address in a browser', async () => {
    const console = await serve([], { DISPLAY: ':0' });
    const url = await eventually('the browser is started', () =>
      readFile(opened(), 'utf8').catch(() => null),
    );

    expect(url).toBe(`${console.base}#t=${console.token}\n`);
    expect(await console.stop()).toBe(0);
  });

  it.runIf(process.platform === 'linux')('says how to reach it where there is no browser', async () => {
    const console = await serve([]);

    const { port } = new URL(console.base);
    await eventually('the hint is printed', () =>
      console.stderr().includes(`ssh -L ${port}:127.0.0.1:${port} HOST`),
    );
    expect(await console.stop()).toBe(0);
  });

  it.each(consoleCommands.flatMap(({ examples }) => [...examples]))(
    'runs as in its example: %s',
    async (example) => {
      const console = await serve(example.split(' ').slice('bough console'.split(' ').length));

      expect(await console.stop()).toBe(0);
    },
  );

  it.each([
    [['--port', 'http'], "Invalid value for '--port': http"],
    [['--port', '0'], "Invalid value for '--port': 0"],
    [['--port', '65536'], "Invalid value for '--port': 65536"],
  ])('refuses a port that is none: %s', async (args, message) => {
    expect(await fail(args)).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('says that a port is in use', async () => {
    const { port, free } = await aFreePort();

    const failure = await fail(['--no-open', '--port', String(port)]);
    await free();

    expect(failure).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use. Choose another one with --port.\n`,
    });
  });

  it('says how the page is built', async () => {
    const page = join(installed, 'dist/console');
    const elsewhere = join(installed, 'page');
    await cp(page, elsewhere, { recursive: true });
    await rm(page, { recursive: true });

    const failure = await fail(['--no-open']);
    await mkdir(page);
    await cp(elsewhere, page, { recursive: true });

    expect(failure.code).toBe(1);
    expect(failure.stderr).toMatch(/^The console's page is not built: .* Run: npm run build\n$/);
  });
});

/** A port that is in use until it is freed. */
async function aFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    port: address.port,
    async free() {
      server.close();
      await once(server, 'close');
    },
  };
}
