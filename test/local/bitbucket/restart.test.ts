import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBitbucketPlayground } from '../../../local/bitbucket/playground.ts';
import {
  at,
  CONSUMER,
  DEMO,
  git,
  push,
  startPlayground,
  startWebsite,
  WEBSITE,
} from './support/bitbucket.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bitbucket-state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a restarted playground', () => {
  it('still has its repositories, webhooks, statuses, pull requests and tokens', async () => {
    const before = await startWebsite({ directory });
    const head = await push(before.workingCopy, { branch: 'feature/a' });
    await before.api('POST', `${WEBSITE}/hooks`, {
      url: 'http://127.0.0.1:1/',
      events: ['repo:created'],
      secret: 's',
    });
    await before.api('POST', `${WEBSITE}/commit/${head}/statuses/build`, {
      key: 'k',
      state: 'FAILED',
      url: 'https://example.com/',
    });
    await before.api('POST', `${WEBSITE}/pullrequests`, {
      title: 'A',
      source: { branch: { name: 'feature/a' } },
    });
    const token = await before.bearer();
    const paths = [
      WEBSITE,
      `${WEBSITE}/hooks`,
      `${WEBSITE}/pullrequests`,
      `${WEBSITE}/refs/branches`,
      `${WEBSITE}/commit/${head}/statuses`,
    ];
    const port = new URL(before.playground.url).port;
    const read = async (fixture: typeof before | Awaited<ReturnType<typeof startPlayground>>) =>
      Promise.all(paths.map(async (path) => (await fixture.api('GET', path, undefined, token)).body));
    await before.playground.settled();
    const responses = await read(before);
    await before.playground.stop();

    const after = await startPlayground({ directory, port: Number(port) });

    expect(await read(after)).toEqual(responses);
    expect(await after.playground.createRepository('acme/website')).toMatchObject({
      created: false,
      uuid: at(responses[0], 'uuid'),
    });
    await after.playground.stop();
    await before.end();
  });

  it('keeps webhook secrets from other users of the machine', async () => {
    const site = await startWebsite({ directory });
    await site.api('POST', `${WEBSITE}/hooks`, {
      url: 'http://127.0.0.1:1/',
      events: ['repo:push'],
      secret: 'geheim',
    });

    const [name = ''] = readdirSync(join(directory, 'repositories'));
    const file = join(directory, 'repositories', name, 'repository.json');

    expect(readFileSync(file, 'utf8')).toContain('geheim');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readdirSync(join(directory, 'repositories', name)).sort()).toEqual([
      'repository.git',
      'repository.json',
    ]);
    await site.end();
  });

  it('reads the state of an earlier version', async () => {
    const before = await startWebsite({ directory });
    await before.playground.stop();
    const [name = ''] = readdirSync(join(directory, 'repositories'));
    const files = [join(directory, 'repositories', name, 'repository.json'), join(directory, 'site.json')];
    for (const file of files) {
      const { serverHooks, formerNames, lastPullRequest, lastComment, numbers, ...earlier } = JSON.parse(
        readFileSync(file, 'utf8'),
      );
      writeFileSync(file, JSON.stringify(earlier));
    }

    const after = await startPlayground({ directory });

    expect((await after.api('GET', WEBSITE)).status).toBe(200);
    const url = `${after.playground.serverUrl}/rest/api/latest/projects/acme/repos/website/webhooks`;
    expect((await fetch(url, { headers: { Authorization: DEMO } })).status).toBe(200);
    await after.end();
    await before.end();
  });

  it('ignores a repository without its record', async () => {
    const first = await startPlayground({ directory });
    await first.playground.createRepository('acme/website');
    await first.playground.stop();
    const [name = ''] = readdirSync(join(directory, 'repositories'));
    rmSync(join(directory, 'repositories', name, 'repository.json'));

    const second = await startPlayground({ directory });

    expect((await second.api('GET', '/repositories/acme')).body).toMatchObject({ size: 0 });
    await second.end();
  });

  it('names the file that it cannot read', async () => {
    const first = await startPlayground({ directory });
    await first.playground.createRepository('acme/website');
    await first.playground.stop();
    const [name = ''] = readdirSync(join(directory, 'repositories'));
    writeFileSync(join(directory, 'repositories', name, 'repository.json'), '{');

    await expect(startPlayground({ directory })).rejects.toThrow(/repository\.json/);
  });
});

describe('a repository with a damaged git directory', () => {
  it('fails, and is never replaced by the repository that contains the state directory', async () => {
    await git(directory, 'init', '--quiet', '.');
    await git(directory, 'commit', '--quiet', '--allow-empty', '--message', 'Not yours');
    const state = join(directory, '.state');
    const fixture = await startPlayground({ directory: state });
    await fixture.playground.createRepository('acme/website');
    const [name = ''] = readdirSync(join(state, 'repositories'));
    rmSync(join(state, 'repositories', name, 'repository.git', 'HEAD'));

    expect((await fixture.api('GET', `${WEBSITE}/refs/branches`)).status).toBe(500);
    expect((await fixture.api('DELETE', `${WEBSITE}/refs/branches/main`)).status).not.toBe(204);
    expect(await git(directory, 'branch', '--list')).toBe('* main');
    await fixture.end();
  });
});

describe('starting', () => {
  it('reports that its port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };

    await expect(startBitbucketPlayground({ directory, port, consumers: [] })).rejects.toThrow(
      `Port ${port} is in use. Stop the process that listens there, or choose another port for the Bitbucket playground.`,
    );
    other.close();
  });

  it.each(['website', 'acme/', 'a/b/c', 'Acme/website', '../evil/x', 'acme/..', '~/x', 'server/x'])(
    'refuses to create a repository %s',
    async (name) => {
      const fixture = await startPlayground({ directory });

      await expect(fixture.playground.createRepository(name)).rejects.toThrow();
      expect(readdirSync(join(directory, 'repositories'))).toEqual([]);
      await fixture.end();
    },
  );

  it('accepts another user by option', async () => {
    const before = await startWebsite({ directory });
    await before.playground.stop();
    const other = await startPlayground({ directory, user: { name: 'ada', password: 'l:ove' } });
    const ada = `Basic ${Buffer.from('ada:l:ove').toString('base64')}`;

    expect((await other.api('GET', WEBSITE, undefined, ada)).status).toBe(200);
    expect((await other.api('GET', WEBSITE, undefined, DEMO)).status).toBe(401);
    await other.end();
    await before.end();
  });
});

const PATIENT = { timeout: 30_000 };

/** The running git processes below this process. */
function gitProcesses(): string[] {
  const output = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  const rows = output.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []);
  const family = new Set([String(process.pid)]);
  for (const [, pid = '', parent = ''] of rows) if (family.has(parent)) family.add(pid);
  return rows.flatMap(([, pid = '', , state = '', args = '']) =>
    family.has(pid) && !state.startsWith('Z') && /^(\S*\/)?git[ -]/.test(args) ? [args] : [],
  );
}

describe('stopping', () => {
  it('ends a fetch and a push in progress, with their processes', async () => {
    const site = await startWebsite({ directory });
    const { port } = new URL(site.playground.url);
    const head = [`Host: 127.0.0.1:${port}`, `Authorization: ${DEMO}`, 'Transfer-Encoding: chunked'];
    const hang = (service: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          const type = `Content-Type: application/x-${service}-request`;
          socket.write(
            [`POST /acme/website.git/${service} HTTP/1.1`, ...head, type, '', '2\r\n00\r\n'].join('\r\n'),
          );
          resolve();
        });
        socket.on('error', () => undefined);
      });
    await Promise.all([hang('git-upload-pack'), hang('git-receive-pack')]);
    await expect
      .poll(gitProcesses, PATIENT)
      .toEqual(expect.arrayContaining([expect.stringContaining('receive-pack')]));

    await site.playground.stop();

    await expect.poll(gitProcesses, PATIENT).toEqual([]);
    await expect(fetch(site.playground.url)).rejects.toThrow();
    await site.end();
  });

  it('can be repeated', async () => {
    const fixture = await startPlayground({ directory, consumers: [CONSUMER] });

    await fixture.playground.stop();
    await fixture.playground.stop();

    expect(await git(fixture.folder(), 'init', '--quiet', '.')).toBe('');
    await fixture.end();
  });
});
