import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundle } from '../../../infra/bundle.ts';
import { BUILDER_DIRECTORY, PROGRAMS } from '../../../infra/programs.ts';
import {
  aJob,
  anInput,
  aRepository,
  type Buckets,
  config,
  isRunning,
  outcomeOf,
  startBuckets,
  temporaryDirectory,
} from '../../functions/builder/builder-fixture.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';

/** Credentials that every build gets for its permit. */
const issued = {
  access_key_id: 'ASIAENVIRONMENT',
  secret_access_key: 'secret',
  session_token: 'token',
  variables: [],
};

const programs = temporaryDirectory();
const program = join(programs.directory, BUILDER_DIRECTORY, 'index.mjs');

let buckets: Buckets;
let api: HttpServer;
let directory: string;
let remove: () => void;
beforeAll(async () => {
  buckets = await startBuckets();
  api = await startHttpServer(() => ({ status: 200, body: issued }));
  await bundle({
    outdir: programs.directory,
    programs: PROGRAMS.filter(({ entry }) => entry === 'functions/builder/index.ts'),
  });
});
beforeEach(async () => {
  await buckets.clear();
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());
afterAll(async () => {
  await buckets.stop();
  await api.stop();
  programs.remove();
});

/** Starts the program as CodeBuild does: with environment variables only. */
function start(job: Record<string, string>, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      TMPDIR: directory,
      ...buckets.environment,
      NODE_NO_WARNINGS: '1',
      ...config,
      API_URL: api.url,
      ...job,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text) => output.push(text));
  return { child, output: () => output.join(''), code: codeOf(child) };
}

async function codeOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close');
  return code;
}

async function tell(bundles: string[], activity = 'a1') {
  await buckets.put('activities', {
    [`shop/${activity}.build.json`]: anInput('a'.repeat(40), bundles),
  });
}

/** Starts an endless deployment, and waits until its script runs. */
async function startEndlessly(environment: Record<string, string> = {}, script = '') {
  const repository = aRepository(directory, buckets);
  const commit = await repository.push({
    '.bough/deploy': `#!/bin/sh\n${script}\necho $$\necho up\nwhile :; do sleep 0.1; done\n`,
  });
  await tell(repository.bundles);
  const started = start(aJob({ BOUGH_COMMIT: commit }), environment);
  await vi.waitFor(() => expect(started.output()).toContain('up\n'), { timeout: 20_000 });
  return { ...started, pid: Number(/^\d+$/m.exec(started.output())?.[0]) };
}

describe('the builder as a program', () => {
  it('deploys, prints its log, and exits with 0; the script calls S3 with the rights of its environment', async () => {
    const repository = aRepository(directory, buckets);
    await repository.push({ 'index.html': 'one' });
    const commit = await repository.push({
      '.bough/config.yaml': 'site: {}\n',
      '.bough/deploy':
        '#!/bin/sh\nprintf "$BOUGH_MACHINE_NAME $AWS_ACCESS_KEY_ID $AWS_SESSION_TOKEN $MIRROR_BUCKET$BOUGH_PERMIT$API_URL" >"$BOUGH_SITE_DIR/index.html"',
    });
    await tell(repository.bundles);

    const { code, output } = start(aJob({ BOUGH_COMMIT: commit }));

    expect(await code).toBe(0);
    expect(await buckets.content('sites')).toEqual({
      'pr-7-abcdefg-shop/index.html': 'pr-7-abcdefg ASIAENVIRONMENT token ',
    });
    const { result, log, marked } = await outcomeOf(buckets);
    expect(result?.result).toBe('success');
    expect(output()).toBe(`${marked.join('\n')}\n`);
    expect(log.at(-2)).toBe('Ready: https://sites.example.org/pr-7-abcdefg-shop/');
  });

  it('tears down its deployment, and exits with 1 while the repository’s script fails', async () => {
    const repository = aRepository(directory, buckets);
    const commit = await repository.push({
      'index.html': 'one',
      '.bough/teardown': '#!/bin/sh\nexit $TEARDOWN_CODE',
    });
    await Promise.all(['a1', 'a2', 'a3'].map((activity) => tell(repository.bundles, activity)));
    const teardown = (BOUGH_ACTIVITY: string) =>
      aJob({ BOUGH_ACTION: 'teardown', BOUGH_COMMIT: commit, BOUGH_ACTIVITY });

    expect(await start(aJob({ BOUGH_COMMIT: commit })).code).toBe(0);
    expect(await start(teardown('a2'), { TEARDOWN_CODE: '1' }).code).toBe(1);
    expect(Object.keys(await buckets.content('sites')).length).toBe(1);
    expect(await start(teardown('a3'), { TEARDOWN_CODE: '0' }).code).toBe(0);
    expect(await buckets.content('sites')).toEqual({});
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends by %s without a result, and says so in the log',
    async (signal) => {
      const { child, code, pid } = await startEndlessly();
      child.kill(signal);

      expect(await code).toBe(1);
      expect(await outcomeOf(buckets)).toMatchObject({
        result: null,
        log: expect.arrayContaining(['up', 'The build was stopped before it had ended.']),
      });
      await expect.poll(() => isRunning(pid)).toBe(false);
    },
  );

  it('ends its script when it is killed', async () => {
    const { child, code, pid } = await startEndlessly();
    child.kill('SIGKILL');

    expect(await code).toBeNull();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('ends a script that ignores signals when it is killed after a stop', async () => {
    const { child, code, output, pid } = await startEndlessly({}, 'trap "echo told" TERM');
    child.kill('SIGTERM');
    await expect.poll(() => output(), { interval: 5 }).toContain('told');
    child.kill('SIGKILL');

    expect(await code).toBeNull();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('writes a result when it crashes', async () => {
    const crash = `setInterval(() => { if (process.getBuiltinModule('fs').existsSync('${directory}/crash')) throw new Error('Out of luck.'); }, 10)`;
    const { code, pid } = await startEndlessly({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    });
    writeFileSync(join(directory, 'crash'), '');

    expect(await code).toBe(1);
    expect((await outcomeOf(buckets)).result).toMatchObject({ result: 'failure', because: 'Out of luck.' });
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('names missing and invalid variables', async () => {
    const { BOUGH_MACHINE_NAME, ...job } = aJob();
    const { code, output } = start({ ...job, BOUGH_COMMIT: 'main' }, { SITES_URL: '' });

    expect(await code).toBe(1);
    expect(output()).toBe("Missing or wrong in the build's environment: BOUGH_MACHINE_NAME, BOUGH_COMMIT.\n");
  });

  it('reports that S3 is unreachable', async () => {
    const { code, output } = start(aJob(), { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });

    expect(await code).toBe(1);
    expect(output()).toMatch(/^The build broke off: .+ECONNREFUSED/);
  });
});
