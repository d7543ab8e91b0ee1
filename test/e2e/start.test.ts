import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import {
  call,
  demoShown,
  eventually,
  freePort,
  type RunningBough,
  startBough,
  tryToStart,
} from '../support/running-bough.ts';

describe('npm start', () => {
  let state: string;
  let port: number;

  beforeAll(async () => {
    // In the repository, as the default is: the scripts of the demo must not become parts of Bough's package.
    state = await mkdtemp(join(import.meta.dirname, '../../dist/start-'));
    port = await freePort();
  });
  afterAll(() => rm(state, { recursive: true, force: true }));

  const start = () =>
    startBough(
      { BOUGH_PORT: String(port), BOUGH_STATE_DIR: state, BOUGH_SCHEDULE_SECONDS: '0' },
      { seen: demoShown },
    );
  const environments = async (stack: RunningBough) => {
    const [project] = (await call('GET', `${stack.apiUrl}/projects`)).body;
    return (await call('GET', `${stack.apiUrl}/projects/${project.id}/environments`)).body;
  };

  it('sets up a demo whose pull request is deployed, and shows where', async () => {
    const stack = await start();
    const shown = /pr-1 +Active +(http:\S+)/.exec(stack.output())?.[1];
    expect(shown, stack.output()).toBeDefined();
    const page = await (await fetch(shown ?? '')).text();
    expect(page).toContain('Hello from Acme');
    expect(stack.output()).toContain('Try next');
    // The stack takes work, and the console opens the project, before the demo is deployed.
    expect(stack.output()).toMatch(/&to=\/p\/\w+\n\nready http:[\s\S]*main: Deployed [\s\S]*pr-1: Deployed /);

    const [, main = ''] = /main +Active +(http:\S+)/.exec(stack.output()) ?? [];
    expect(await (await fetch(main)).text()).toContain('<td>Wile E. Coyote</td><td>Anvil, 50 kg</td>');
    expect(page).toContain('Copied from main on ');
    expect(page).toContain('<td>W••• E. C•••••</td><td>Anvil, 50 kg</td>');

    const [, pullRequest = ''] = /Pull request +(http:\S+)/.exec(stack.output()) ?? [];
    expect(await (await fetch(pullRequest)).text()).toContain(`href="${shown}"`);

    expect(await stack.stop()).toBe(0);
  });

  it('serves the console on the same port in each run, and leads to the project of the demo', async () => {
    const stack = await start();
    const [project] = (await call('GET', `${stack.apiUrl}/projects`)).body;
    const [, base = '', token = ''] =
      new RegExp(`Open the console\n  (http:\\S+/)#t=([\\w-]{43})&to=/p/${project.id}\n`).exec(
        stack.output(),
      ) ?? [];

    const page = await ask(base, '/', { 'sec-fetch-site': 'none' });
    const own = { 'sec-fetch-site': 'same-origin', 'x-bough-token': token };
    const environments = await ask(base, `/api/projects/${project.id}/environments`, own);
    const foreign = await ask(base, '/api/projects', { ...own, 'sec-fetch-site': 'same-site' });
    await stack.stop();

    expect(page.text).toContain('<script type="module"');
    expect(JSON.parse(environments.text).map(({ id }: { id: string }) => id)).toContain('pr-1');
    expect(foreign.status).toBe(403);

    const again = await start();
    const [, later = ''] = /Open the console\n {2}(http:\S+\/)#t=/.exec(again.output()) ?? [];
    await again.stop();
    expect(later).toBe(base);
  });

  it('finds everything again after a restart, and leaves no process behind', async () => {
    const stack = await start();
    expect((await environments(stack)).map(({ id }: { id: string }) => id).sort()).toEqual([
      'main',
      'pr-1',
      'say-hello',
    ]);
    const url = /pr-1 +Active +(http:\S+)/.exec(stack.output())?.[1] ?? '';
    expect((await fetch(url)).status).toBe(200);

    const pids = await descendants(stack.process.pid ?? 0);
    expect(pids.length).toBeGreaterThan(0);
    await stack.stop();
    // The last processes end by themselves when they find that the stack has ended.
    await eventually('no process is left', () => !pids.some(isAlive), 5);
  });

  it('gives each site a host name when it is told to, which is what the pull request shows', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'bough-start-'));
    const variables = {
      BOUGH_PORT: String(port),
      BOUGH_STATE_DIR: elsewhere,
      BOUGH_SCHEDULE_SECONDS: '0',
      BOUGH_SITES: 'host',
    };
    const stack = await startBough(variables, { seen: demoShown });
    const [, url = '', sitesPort = ''] =
      /pr-1 +Active +(http:\/\/pr-1-[a-z0-9-]+\.localhost:(\d+)\/)\n/.exec(stack.output()) ?? [];
    const page = await ask(`http://127.0.0.1:${sitesPort}`, '/', { host: new URL(url).host });
    expect(page.text).toContain('Hello from Acme');

    const { head_commit } = (await environments(stack)).find(({ id }: { id: string }) => id === 'pr-1');
    const [, bitbucket] = /Bitbucket playground: +(\S+)/.exec(stack.output()) ?? [];
    const statuses = await fetch(
      `${bitbucket}/2.0/repositories/acme/website/commit/${head_commit}/statuses`,
      { headers: { authorization: `Basic ${btoa('demo:demo')}` } },
    );
    const { values } = JSON.parse(await statuses.text());
    expect(values.map((status: { url: string }) => status.url)).toEqual([url]);

    expect(await stack.stop()).toBe(0);
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('stops as well while it is starting', async () => {
    const stack = await startBough(
      { BOUGH_PORT: String(port), BOUGH_STATE_DIR: state },
      { seen: /Bundling/ },
    );
    expect(await stack.stop()).toBe(0);
  });

  it('says in one line that a port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const { code, stderr } = await tryToStart({ BOUGH_PORT: String(port), BOUGH_STATE_DIR: state });
    other.close();
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(`Port ${port} is in use`)]);
  });

  it('says which of its variables is wrong', async () => {
    const { code, stderr } = await tryToStart({ BOUGH_PORT: 'many' });
    expect(code).toBe(1);
    expect(stderr).toBe('BOUGH_PORT must be a whole number from 1 to 65535, not "many".\n');
  });
});

async function descendants(pid: number): Promise<number[]> {
  const parents = await parentOfEach();
  const of = (parent: number): number[] =>
    parents.flatMap(([child, itsParent]) => (itsParent === parent ? [child, ...of(child)] : []));
  return of(pid);
}

async function parentOfEach(): Promise<[number, number][]> {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): [number, number][] => {
        const stat = readStat(name);
        return stat ? [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]] : [];
      });
  }
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0]) => [pid, parent]);
}

/** Returns null for a process that has ended since it was listed. */
function readStat(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
