import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BuildStopped, build } from '../../../functions/builder/build.ts';
import type { BuildLimit } from '../../../functions/builder/build-limit.ts';
import type { ProjectConfig } from '../../../functions/builder/config.ts';
import type { Job } from '../../../functions/builder/job.ts';
import type { BuildVariable } from '../../../shared/domain/variables/variable.ts';
import { BoughError } from '../../../shared/errors.ts';
import {
  aJob,
  anInput,
  aRepository,
  type Buckets,
  config,
  outcomeOf,
  startBuckets,
  temporaryDirectory,
} from './builder-fixture.ts';

let buckets: Buckets;
let directory: string;
let remove: () => void;
let repository: ReturnType<typeof aRepository>;
beforeAll(async () => {
  buckets = await startBuckets();
});
beforeEach(async () => {
  await buckets.clear();
  ({ directory, remove } = temporaryDirectory());
  repository = aRepository(directory, buckets);
});
afterEach(() => remove());
afterAll(() => buckets.stop());

const noVariables: BuildVariable[] = [];
const noLimits: BuildLimit[] = [];
const inContainer: ProjectConfig['COMPUTE'] = 'container';

async function run(
  overrides: Partial<Job>,
  {
    signal = new AbortController().signal,
    s3 = buckets.s3,
    bundles = repository.bundles,
    print = (_line: string) => {},
    codebuild = {},
    variables = noVariables,
    limits = noLimits,
    compute = inContainer,
  } = {},
) {
  const job = aJob(overrides);
  await buckets.put('activities', {
    [`shop/${job.BOUGH_ACTIVITY}.build.json`]: anInput(job.BOUGH_COMMIT, bundles),
  });
  const environment = { PATH: process.env['PATH'], TEST_DIRECTORY: directory, ...codebuild };
  const settings = { ...config, COMPUTE: compute };
  const succeeded = await build({
    job,
    config: settings,
    s3,
    environment,
    variables,
    print,
    signal,
    limit: limits[0],
  });
  return { succeeded, ...(await outcomeOf(buckets, job.BOUGH_ACTIVITY)) };
}

const written = (name: string) => readFileSync(join(directory, name), 'utf8');

describe('a sensitive variable', () => {
  const variables = [{ name: 'env:TOKEN', value: 's3cret-value', is_json: false, is_sensitive: true }];

  it.each([
    ['prints it and fails', 'echo "$TOKEN"; printf "s3cret"; printf "%s\\n" "-value" >&2; exit 3'],
    ['writes it into an invalid route', 'echo "{\\"$TOKEN\\": 1}" >"$BOUGH_ROUTES"'],
  ])('is in no log, result or reason when a script %s', async (_, script) => {
    const commit = await repository.push({ '.bough/deploy': `#!/bin/sh\n${script}` });
    const printed: string[] = [];
    const print = (line: string) => void printed.push(line);

    const { succeeded } = await run({ BOUGH_COMMIT: commit }, { variables, print });

    expect(succeeded).toBe(false);
    const stored = JSON.stringify([await buckets.content('activities'), printed]);
    expect(stored).toContain('[Hidden: env:TOKEN]');
    expect(stored).not.toContain('s3cret');
  });
});

describe('the credentials of a build', () => {
  it('are in no log when a script prints its environment, but the id of the access key is', async () => {
    const codebuild = {
      AWS_ACCESS_KEY_ID: 'ASIAENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG',
      AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2Vj==',
    };
    const script = '#!/bin/sh\nenv | grep ^AWS_ | sort\necho a-$PERMIT\nset -x\n: "$AWS_SESSION_TOKEN"';
    const commit = await repository.push({ '.bough/deploy': script });

    const { log } = await run(
      { BOUGH_COMMIT: commit, BOUGH_PERMIT: 'the-permit' },
      { codebuild: { ...codebuild, PERMIT: 'the-permit' } },
    );

    expect(log.slice(2, 7)).toEqual([
      'AWS_ACCESS_KEY_ID=ASIAENVIRONMENT',
      'AWS_SECRET_ACCESS_KEY=[Hidden: AWS_SECRET_ACCESS_KEY]',
      'AWS_SESSION_TOKEN=[Hidden: AWS_SESSION_TOKEN]',
      'a-[Hidden: BOUGH_PERMIT]',
      expect.stringMatching(/^\+ : '?\[Hidden: AWS_SESSION_TOKEN\]'?$/),
    ]);
    const stored = JSON.stringify(await buckets.content('activities'));
    for (const secret of ['wJalrXUtnFEMI', 'IQoJb3Jp']) expect(stored).not.toContain(secret);
  });
});

describe('a deployment', () => {
  it('restores the commit, runs the deploy script, publishes the site and reports its URL', async () => {
    await repository.push({ 'title.txt': 'one', 'README.md': 'x' });
    const commit = await repository.push({
      'title.txt': 'two',
      '.bough/deploy':
        '#!/bin/sh\necho building\nprintf "\\033[32mgreen\\033[0m\\n"\necho "<h1>$(cat title.txt)</h1>" >"$BOUGH_SITE_DIR/index.html"',
    });
    await repository.push({ 'title.txt': 'three' });

    const { succeeded, result, log, marked } = await run({ BOUGH_COMMIT: commit });

    expect(succeeded).toBe(true);
    expect(await buckets.content('sites')).toEqual({ 'pr-7-abcdefg-shop/index.html': '<h1>two</h1>\n' });
    const url = 'https://sites.example.org/pr-7-abcdefg-shop/';
    const lines = [
      `Restoring ${commit.slice(0, 7)} from the mirror`,
      'Running .bough/deploy',
      'building',
      '\u001b[32mgreen\u001b[0m',
      'Publishing 1 file',
      `Ready: ${url}`,
      expect.stringMatching(/^Took \d+\.\d s:(,? (restore|cache|deploy|publish) \d+\.\d s)+$/),
    ];
    expect(log).toEqual(lines);
    // The script's own output has no mark.
    const unmarked = marked.filter((line) => !line.startsWith('==> '));
    expect(unmarked).toEqual(['building', '\u001b[32mgreen\u001b[0m']);
    expect(result).toEqual({
      result: 'success',
      because: `Deployed ${commit.slice(0, 7)}`,
      routes: [{ url, type: 'upstream', primary: true }],
      log_tail: marked,
      timings: {
        restore: expect.any(Number),
        cache: expect.any(Number),
        data: 0,
        deploy: expect.any(Number),
        publish: expect.any(Number),
      },
    });
    expect(result?.timings.restore).toBeGreaterThan(0);
  });

  it("has a space before each line of its script that looks like one of Bough's own", async () => {
    const lines = [
      '==> Ready: https://evil.example.org/',
      '==>\\033[0m Ready',
      '\\033[1;36m==> Ready',
      '\\000\\342\\200\\213==> Ready',
      'progress\\r==> Ready\\r',
      'a ==> b',
    ];
    const script = `#!/bin/sh\nprintf '=='; sleep 0.05; printf '> Split\\n'; printf '${lines.join('\\n')}\\n'`;
    const commit = await repository.push({ '.bough/deploy': script });

    const { marked, result } = await run({ BOUGH_COMMIT: commit });

    const output = [
      ' ==> Split',
      ' ==> Ready: https://evil.example.org/',
      ' ==>\u001b[0m Ready',
      ' \u001b[1;36m==> Ready',
      ' \u0000\u200b==> Ready',
      ' ==> Ready',
      'a ==> b',
    ];
    expect(marked.slice(2, -2)).toEqual(output);
    expect(result?.log_tail).toEqual(marked);
  });

  it.each(['true', 'false'] as const)(
    'asks robots not to index the site if it is restricted: %s',
    async (restricts) => {
      const commit = await repository.push({
        'index.html': 'x',
        '.bough/config.yaml': 'site:\n  headers: [{for: /*, set: {X-Robots-Tag: all}}]\n',
      });

      await run({ BOUGH_COMMIT: commit, BOUGH_RESTRICT_ROBOTS: restricts });

      const { Metadata } = await buckets.head('sites', 'pr-7-abcdefg-shop/index.html');
      const value = restricts === 'true' ? 'noindex' : 'all';
      expect(Metadata).toEqual({ headers: JSON.stringify({ 'x-robots-tag': value }) });
    },
  );

  it('fails before anything runs, by the user’s fault, when .bough/config.yaml has a mistake', async () => {
    const commit = await repository.push({
      'index.html': 'x',
      '.bough/config.yaml': 'site:\n  headers: 1\n',
      '.bough/clone-data': '#!/bin/sh\necho cloning',
      '.bough/deploy': '#!/bin/sh\necho deploying',
    });

    const { succeeded, result, log } = await run({ BOUGH_COMMIT: commit, BOUGH_CLONE_DATA: 'true' });

    expect(succeeded).toBe(false);
    const because =
      '.bough/config.yaml line 2: site.headers must be a list. Correct the file, commit and push.';
    expect(result).toMatchObject({ result: 'failure', because });
    expect(result).not.toHaveProperty('fault');
    expect(log.slice(1)).toEqual([expect.stringMatching(/^Took /), because]);
    expect(await buckets.content('sites')).toEqual({});
  });

  it("begins its log with the link to CodeBuild's log", async () => {
    const commit = await repository.push({ 'index.html': 'x' });
    const codebuild = {
      CODEBUILD_BUILD_ARN: 'arn:aws:codebuild:eu-west-1:123456789012:build/bough:1',
      CODEBUILD_LOG_PATH: '1',
    };

    const { log } = await run({ BOUGH_COMMIT: commit }, { codebuild });

    expect(log[0]).toMatch(/^Build: https:\/\/eu-west-1\.console\.aws\.amazon\.com\/.*bough%3A1/);
  });

  it.each([
    [
      'the top of the repository',
      { 'index.html': 'top', 'a.css': 'a{}' },
      { 'index.html': 'top', 'a.css': 'a{}' },
    ],
    ['its directory public', { 'public/index.html': 'public', 'a.php': '' }, { 'index.html': 'public' }],
    [
      'the top, when both could be',
      { 'index.html': 'top', 'public/index.html': 'public' },
      { 'index.html': 'top', 'public/index.html': 'public' },
    ],
    [
      'the top, without the scripts',
      { 'index.html': 'top', '.bough/teardown': '#!/bin/sh\n' },
      { 'index.html': 'top' },
    ],
  ])('without a script publishes %s', async (_what, files, site) => {
    const commit = await repository.push(files);

    await run({ BOUGH_COMMIT: commit });

    const published = Object.entries(site).map(([name, content]) => [`pr-7-abcdefg-shop/${name}`, content]);
    expect(await buckets.content('sites')).toEqual(Object.fromEntries(published));
  });

  it('gives its script the cache of the build before, and of the parent at first', async () => {
    const script =
      '#!/bin/sh\necho "$BOUGH_ENVIRONMENT" >>"$BOUGH_CACHE_DIR/builds"; cat "$BOUGH_CACHE_DIR/builds"';
    const commit = await repository.push({ '.bough/deploy': script });
    const parent = { BOUGH_ENVIRONMENT: 'main', BOUGH_MACHINE_NAME: 'main-bvxea6i' };
    const nobody = { BOUGH_DATA_FROM: '', BOUGH_DATA_FROM_MACHINE_NAME: '' };
    await run({ BOUGH_COMMIT: commit, ...parent, ...nobody });

    const first = await run({ BOUGH_COMMIT: commit, BOUGH_ACTIVITY: 'a2' });
    expect(first.log.slice(1, -2)).toEqual([
      expect.stringMatching(/^Restored the cache of main: /),
      'Running .bough/deploy',
      'main',
      'pr-7',
      expect.stringMatching(/^Stored the cache: /),
    ]);
    const second = await run({ BOUGH_COMMIT: commit, BOUGH_ACTIVITY: 'a3' });
    expect(second.log.slice(1, 6)).toEqual([
      expect.stringMatching(/^Restored the cache of pr-7: /),
      'Running .bough/deploy',
      'main',
      'pr-7',
      'pr-7',
    ]);
  });

  it.each([
    ['is switched off', 'true', 'build: {cache: false}'],
    ['belongs to a script that fails', 'exit 1', 'build: {cache: true}'],
  ])('stores no cache that %s', async (_, end, settings) => {
    const commit = await repository.push({
      '.bough/config.yaml': `${settings}\n`,
      '.bough/deploy': `#!/bin/sh\nls "$BOUGH_CACHE_DIR"; echo >"$BOUGH_CACHE_DIR/new"; ${end}`,
    });

    const { log } = await run({ BOUGH_COMMIT: commit });

    expect(log.join('\n')).not.toMatch(/the cache/i);
    expect(await buckets.text('activities', 'shop/cache/pr-7-abcdefg.tgz')).toBeNull();
  });

  it('copies data before the script runs', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a' });
    const commit = await repository.push({
      '.bough/clone-data': '#!/bin/sh\nenv | grep ^BOUGH_PARENT_DATA_URI',
      '.bough/deploy': '#!/bin/sh\ntrue',
    });

    const { log } = await run({ BOUGH_COMMIT: commit, BOUGH_CLONE_DATA: 'true' });

    expect(log.slice(1, 5)).toEqual([
      'Copying data from main: 1 object',
      'Running .bough/clone-data',
      'BOUGH_PARENT_DATA_URI=s3://data/shop/main-bvxea6i',
      'Running .bough/deploy',
    ]);
    expect(await buckets.text('data', 'shop/pr-7-abcdefg/a')).toBe('a');
  });

  it('does not touch data that is not to be copied', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a', 'shop/pr-7-abcdefg/b': 'b' });
    const commit = await repository.push({
      'index.html': '',
      '.bough/clone-data': '#!/bin/sh\nexit 1',
    });

    const { succeeded } = await run({ BOUGH_COMMIT: commit });

    expect(succeeded).toBe(true);
    expect(await buckets.content('data')).toEqual({ 'shop/main-bvxea6i/a': 'a', 'shop/pr-7-abcdefg/b': 'b' });
  });

  it('reports the routes that the script wrote, below the URL of the environment', async () => {
    const routes = {
      'https://app.example.org/': { type: 'upstream' },
      'https://{default}/docs': { type: 'upstream', primary: true },
    };
    const commit = await repository.push({
      'routes.json': JSON.stringify(routes),
      '.bough/deploy': '#!/bin/sh\ncp routes.json "$BOUGH_ROUTES"',
    });

    const { result, log } = await run({ BOUGH_COMMIT: commit });

    expect(result?.routes).toEqual([
      { url: 'https://app.example.org/', type: 'upstream', primary: false },
      { url: 'https://sites.example.org/pr-7-abcdefg-shop/docs/', type: 'upstream', primary: true },
    ]);
    expect(log.at(-2)).toBe('Ready: https://sites.example.org/pr-7-abcdefg-shop/docs/');
  });

  it('deletes an earlier site when the script makes none, and has no routes', async () => {
    await buckets.put('sites', { 'pr-7-abcdefg-shop/index.html': 'old' });
    const commit = await repository.push({ '.bough/deploy': '#!/bin/sh\ntrue' });

    const { succeeded, result, log } = await run({ BOUGH_COMMIT: commit });

    expect(succeeded).toBe(true);
    expect(result?.routes).toEqual([]);
    expect(await buckets.content('sites')).toEqual({});
    expect(log.at(-2)).toMatch(/^Ready, without a URL: .*\$BOUGH_SITE_DIR.*\$BOUGH_ROUTES/);
  });

  it.each([
    [
      'Git LFS files',
      {
        '.gitattributes': '*.png filter=lfs\n',
        'a.png': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n',
      },
      'Git LFS files are only pointers here. If they are needed, let .bough/deploy run `git lfs pull`',
    ],
    [
      'submodules',
      { '.gitmodules': '[submodule "m"]\n\tpath = m\n\turl = ../m.git\n' },
      'Submodules are empty here. If they are needed, let .bough/deploy run `git submodule update --init`',
    ],
  ])('warns once that %s were not fetched, and continues', async (_, files, line) => {
    const commit = await repository.push({ 'index.html': 'hello', ...files });

    const { succeeded, log } = await run({ BOUGH_COMMIT: commit });

    expect(succeeded).toBe(true);
    expect(log.slice(0, -3)).toEqual([expect.stringMatching(/^Restoring/), expect.stringContaining(line)]);
  });

  it('appends to the log of earlier steps', async () => {
    const commit = await repository.push({ 'index.html': '' });
    await buckets.put('activities', {
      'shop/a1.log': '{"data":{"timestamp":"2026-01-01T00:00:00.000Z","message":"Mirrored\\n"}}\n',
    });

    const { log } = await run({ BOUGH_COMMIT: commit });

    expect(log.slice(0, 2)).toEqual(['Mirrored', `Restoring ${commit.slice(0, 7)} from the mirror`]);
  });

  it('is not repeated when it has a result', async () => {
    const commit = await repository.push({
      '.bough/deploy': '#!/bin/sh\necho run >>"$TEST_DIRECTORY/runs"; exit 1',
    });
    const first = await run({ BOUGH_COMMIT: commit });
    const printed: string[] = [];
    const second = await run(
      { BOUGH_COMMIT: commit },
      { print: (line?: string) => printed.push(line ?? '') },
    );

    expect(first.succeeded).toBe(false);
    expect(second).toEqual({ ...first, succeeded: true });
    expect(written('runs')).toBe('run\n');
    expect(printed).toEqual(['Activity a1 has ended before: there is nothing to do']);
  });

  it('has its own directories for files on Lambda compute, where it can write nowhere else', async () => {
    const script =
      '#!/bin/sh\necho a >"$HOME/.npmrc"; mktemp >"$TEST_DIRECTORY/made"; echo "$HOME" >"$BOUGH_SITE_DIR/home"';
    const commit = await repository.push({ '.bough/deploy': script });

    const { succeeded } = await run({ BOUGH_COMMIT: commit }, { compute: 'lambda' });

    expect(succeeded).toBe(true);
    const home = (await buckets.text('sites', 'pr-7-abcdefg-shop/home'))?.trim() ?? '';
    expect(dirname(dirname(written('made').trim()))).toBe(dirname(home));
    expect(home.startsWith(join(tmpdir(), 'bough-'))).toBe(true);
    expect(existsSync(dirname(home))).toBe(false);
  });

  it('leaves no files on the machine', async () => {
    const commit = await repository.push({ '.bough/deploy': '#!/bin/sh\npwd >"$TEST_DIRECTORY/checkout"' });

    await run({ BOUGH_COMMIT: commit });

    expect(written('checkout')).toMatch(/\/checkout\n$/);
    expect(existsSync(dirname(written('checkout')))).toBe(false);
  });
});

describe('a deployment fails', () => {
  it.each([
    [
      'when there is nothing to deploy',
      { 'README.md': '' },
      'The repository has nothing that can be deployed. Add an executable .bough/deploy, or an index.html at the top of the repository or in its directory public.',
    ],
    [
      'when the script does',
      { '.bough/deploy': '#!/bin/sh\necho no; exit 4' },
      '.bough/deploy exited with code 4. The log has what it printed.',
    ],
    [
      'when the script cannot be executed',
      { '.bough/deploy': 'true', 'index.html': '' },
      '.bough/deploy is not executable. Run `git update-index --chmod=+x .bough/deploy`, commit and push.',
    ],
    [
      'when its routes are wrong',
      { '.bough/deploy': '#!/bin/sh\necho x >"$BOUGH_SITE_DIR/index.html"; echo [] >"$BOUGH_ROUTES"' },
      'The file $BOUGH_ROUTES cannot be used: it must be an object whose keys are URLs. Write JSON like {"https://{default}/": {"type": "upstream", "primary": true}} to it.',
    ],
  ])('%s, with a remedy, and keeps the site', async (_when, files, because) => {
    await buckets.put('sites', { 'pr-7-abcdefg-shop/index.html': 'old' });
    const commit = await repository.push(files);

    const { succeeded, result, log, marked } = await run({ BOUGH_COMMIT: commit });

    expect(succeeded).toBe(false);
    expect(result).toMatchObject({ result: 'failure', because, routes: [] });
    expect(log.at(-1)).toBe(because);
    expect(result?.log_tail).toEqual(marked);
    expect(await buckets.content('sites')).toEqual({ 'pr-7-abcdefg-shop/index.html': 'old' });
  });

  it('with its whole reason and remedy for routes of any length', async () => {
    const text = 'x'.repeat(5_000);
    const commit = await repository.push({
      '.bough/deploy': `#!/bin/sh\necho '{"${text}": {}}' >"$BOUGH_ROUTES"`,
    });

    const { result } = await run({ BOUGH_COMMIT: commit });

    expect(result?.because).toMatch(/^The file \$BOUGH_ROUTES cannot be used: x{200}: .* to it\.$/);
  });

  it('before the script runs, when copying data fails', async () => {
    const commit = await repository.push({
      '.bough/clone-data': '#!/bin/sh\nexit 5',
      '.bough/deploy': '#!/bin/sh\ntouch "$TEST_DIRECTORY/deployed"',
    });

    const { result } = await run({ BOUGH_COMMIT: commit, BOUGH_CLONE_DATA: 'true' });

    expect(result?.because).toBe('.bough/clone-data exited with code 5. The log has what it printed.');
    expect(existsSync(join(directory, 'deployed'))).toBe(false);
  });

  it.each([
    ['has another commit', (bundles: string[]) => bundles],
    ['is empty', () => []],
    ['has lost a bundle', (bundles: string[]) => [...bundles, 'shop/bundles/lost.bundle']],
  ])('when the mirror %s', async (_what, bundlesOf) => {
    await repository.push({ 'index.html': '' });
    const commit = 'f'.repeat(40);

    const { result } = await run({ BOUGH_COMMIT: commit }, { bundles: bundlesOf(repository.bundles) });

    expect(result).toMatchObject({
      result: 'failure',
      because: `The mirror does not have the commit ${commit}. Push to the branch again.`,
    });
  });

  it('when a bundle is damaged', async () => {
    const commit = await repository.push({ 'index.html': '' });
    await buckets.put('mirror', { [repository.bundles[0]!]: 'no bundle' });

    const { result } = await run({ BOUGH_COMMIT: commit });

    expect(result?.result).toBe('failure');
    expect(result?.because).toMatch(/bundle/);
  });

  it('when it was started without the list of bundles', async () => {
    const job = aJob();
    const signal = new AbortController().signal;
    await build({
      job,
      config,
      s3: buckets.s3,
      environment: {},
      variables: [],
      print: () => {},
      signal,
    });

    expect((await outcomeOf(buckets)).result?.because).toMatch(
      /^The build was started without shop\/a1\.build\.json/,
    );
  });

  it("when S3 fails, with S3's message", async () => {
    const commit = await repository.push({ 'index.html': '' });
    const s3 = buckets.watched((request) => request.startsWith('PutObjectCommand pr-7'));

    const { result, succeeded } = await run({ BOUGH_COMMIT: commit }, { s3 });

    expect(succeeded).toBe(false);
    expect(result).toMatchObject({ result: 'failure', because: 'refused' });
  });

  it('after an unexpected error, and ends its script', async () => {
    const { stopping, running } = await runEndlessly();
    stopping.abort(new Error('Out of luck.'));

    expect((await running).result).toMatchObject({ result: 'failure', because: 'Out of luck.' });
  });

  it('by the user’s fault when its script is not done at the repository’s time limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { running } = await runEndlessly({ '.bough/config.yaml': 'build: {timeout: 2}\n' });
    vi.advanceTimersByTime(120_000);

    const { result, log } = await running;
    const because =
      'The build was stopped after 2 min, its build.timeout. Make it faster, or raise build.timeout in .bough/config.yaml.';
    expect(result).toMatchObject({ result: 'failure', because });
    expect(result).not.toHaveProperty('fault');
    expect(log.at(-1)).toBe(because);
  });

  it('by the user’s fault when it is not done at the limit of Lambda compute', async () => {
    const commit = await repository.push({ '.bough/deploy': '#!/bin/sh\nsleep 600' });
    const reason = new BoughError('invalid', 'The build was stopped.', { remedy: 'Make it faster.' });

    const { succeeded, result, log } = await run(
      { BOUGH_COMMIT: commit },
      { limits: [{ milliseconds: 0, reason }] },
    );

    expect(succeeded).toBe(false);
    expect(result).toMatchObject({ result: 'failure', because: 'The build was stopped. Make it faster.' });
    expect(result).not.toHaveProperty('fault');
    expect(log.at(-1)).toBe('The build was stopped. Make it faster.');
  });

  it('without a result when it is stopped, because the caller that stopped it records the outcome', async () => {
    const { stopping, running } = await runEndlessly();
    stopping.abort(new BuildStopped('The build was stopped.'));

    const { succeeded, result, log } = await running;
    expect(succeeded).toBe(false);
    expect(result).toBeNull();
    expect(log.at(-1)).toBe('The build was stopped.');
  });
});

/** A build with a script that does not end. */
async function runEndlessly(files: Record<string, string> = {}) {
  const commit = await repository.push({ ...files, '.bough/deploy': '#!/bin/sh\necho up\nsleep 1000\n' });
  const stopping = new AbortController();
  const printed: string[] = [];
  const running = run(
    { BOUGH_COMMIT: commit },
    { signal: stopping.signal, print: (line?: string) => printed.push(line ?? '') },
  );
  await vi.waitFor(() => expect(printed).toContain('up'), { timeout: 20_000 });
  return { stopping, running };
}

describe('the log and the result', () => {
  it('are written in this order, so that the log of a build with a result is complete', async () => {
    const commit = await repository.push({ 'index.html': '' });
    const written: string[] = [];
    const s3 = buckets.watched((request) => {
      if (request.startsWith('PutObjectCommand shop/')) written.push(request);
      return false;
    });

    await run({ BOUGH_COMMIT: commit }, { s3 });

    expect(written.at(-2)).toBe('PutObjectCommand shop/a1.log');
    expect(written.at(-1)).toBe('PutObjectCommand shop/a1.result.json');
  });

  it('are independent: a log that cannot be stored does not prevent the result', async () => {
    const commit = await repository.push({ 'index.html': '' });
    const s3 = buckets.watched((request) => request === 'PutObjectCommand shop/a1.log');

    const { succeeded, result, log } = await run({ BOUGH_COMMIT: commit }, { s3 });

    expect(succeeded).toBe(true);
    expect(result?.result).toBe('success');
    expect(log).toEqual([]);
  });
});

describe('a teardown', () => {
  const teardown = { BOUGH_ACTION: 'teardown' } as const;
  const others = { 'pr-7-abcdefg-shop2/index.html': 'other' };
  beforeEach(async () => {
    await buckets.put('sites', {
      ...others,
      'pr-7-abcdefg-shop/index.html': 'site',
      'pr-7-abcdefg-shop/a': '1',
    });
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a', 'shop/pr-7-abcdefg/a': 'a' });
  });
  const nothingDeleted = async () => {
    expect(Object.keys(await buckets.content('sites')).length).toBe(3);
    expect(Object.keys(await buckets.content('data')).length).toBe(2);
  };
  const onlyOthersLeft = async () => {
    expect(await buckets.content('sites')).toEqual(others);
    expect(await buckets.content('data')).toEqual({ 'shop/main-bvxea6i/a': 'a' });
  };

  it("runs the teardown script, then deletes the environment's site, data and cache", async () => {
    const commit = await repository.push({ '.bough/teardown': '#!/bin/sh\necho "bye $BOUGH_ENVIRONMENT"' });
    await buckets.put('activities', {
      'shop/cache/pr-7-abcdefg.tgz': 'own',
      'shop/cache/main-bvxea6i.tgz': 'of main',
    });

    const { succeeded, result, log } = await run({ ...teardown, BOUGH_COMMIT: commit });

    expect(succeeded).toBe(true);
    expect(result).toMatchObject({ result: 'success', because: 'Removed what pr-7 had', routes: [] });
    expect(log).toEqual([
      `Restoring ${commit.slice(0, 7)} from the mirror`,
      'Running .bough/teardown',
      'bye pr-7',
      'Removed the site: 2 files',
      'Removed the data: 1 object',
      'Removed the cache',
      expect.stringMatching(/^Took /),
    ]);
    expect(await buckets.text('activities', 'shop/cache/pr-7-abcdefg.tgz')).toBeNull();
    expect(await buckets.text('activities', 'shop/cache/main-bvxea6i.tgz')).toBe('of main');
    await onlyOthersLeft();
  });

  it('needs no script', async () => {
    const commit = await repository.push({ 'README.md': '' });

    expect((await run({ ...teardown, BOUGH_COMMIT: commit })).succeeded).toBe(true);
    await onlyOthersLeft();
  });

  it('deletes nothing when the script fails, and can be repeated', async () => {
    const commit = await repository.push({
      '.bough/teardown': '#!/bin/sh\ntest -e "$TEST_DIRECTORY/ready" || exit 6',
    });

    const first = await run({ ...teardown, BOUGH_COMMIT: commit });
    expect(first.result).toMatchObject({
      result: 'failure',
      because: '.bough/teardown exited with code 6. The log has what it printed.',
    });
    await nothingDeleted();

    writeFileSync(join(directory, 'ready'), '');
    expect((await run({ ...teardown, BOUGH_COMMIT: commit, BOUGH_ACTIVITY: 'a2' })).succeeded).toBe(true);
    await onlyOthersLeft();
  });

  it.each([
    ['has another commit', (bundles: string[]) => bundles],
    ['is empty', () => []],
    ['has lost a bundle', () => ['shop/bundles/lost.bundle']],
  ])('continues without the script when the mirror %s, and says so', async (_what, bundlesOf) => {
    await repository.push({ '.bough/teardown': '#!/bin/sh\nexit 1' });

    const { succeeded, log } = await run(
      { ...teardown, BOUGH_COMMIT: 'f'.repeat(40) },
      { bundles: bundlesOf(repository.bundles) },
    );

    expect(succeeded).toBe(true);
    expect(log[1]).toBe('There is no commit to take .bough/teardown from: it is not run');
    await onlyOthersLeft();
  });

  it('deletes nothing when the mirror cannot be read', async () => {
    const commit = await repository.push({ '.bough/teardown': '#!/bin/sh\ntrue' });
    const s3 = buckets.watched((request) => request.startsWith('GetObjectCommand shop/bundles/'));

    expect((await run({ ...teardown, BOUGH_COMMIT: commit }, { s3 })).succeeded).toBe(false);
    await nothingDeleted();
  });

  it('succeeds for an environment without site and data', async () => {
    await buckets.clear();
    const { succeeded, log } = await run({ ...teardown, BOUGH_COMMIT: 'f'.repeat(40) }, { bundles: [] });

    expect(succeeded).toBe(true);
    expect(log.slice(-3, -1)).toEqual(['Removed the site: 0 files', 'Removed the data: 0 objects']);
  });
});
