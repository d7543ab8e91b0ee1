import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { makePackage, PACKAGE_NAME } from '../../infra/command-package.ts';
import { DIST, PACKAGE_ARCHIVE, PACKAGE_DIRECTORY, PAGE_DIRECTORY, PROGRAMS } from '../../infra/programs.ts';
import { buildPageIfChanged } from '../../infra/sources.ts';
import manifest from '../../package.json' with { type: 'json' };
import { http } from '../../shared/runtime/http/http-client.ts';
import { cliWorld } from '../support/cli.ts';
import { oncePerRun } from '../support/once-per-run.ts';
import { temporaryDirectory } from './synthesised.ts';

const run = promisify(execFile);
const dist = temporaryDirectory();
const archive = join(dist, PACKAGE_ARCHIVE);
const directory = join(dist, PACKAGE_DIRECTORY);
const node24 = join(
  import.meta.dirname,
  `../../local/lambda-node/node_modules/node-${process.platform}-${process.arch}/bin/node`,
);
const nodes = [process.execPath, ...(existsSync(node24) ? [node24] : [])];

/** A user's environment, without the settings of this process and without a registry. */
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: temporaryDirectory(),
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

beforeAll(async () => {
  const command = PROGRAMS.filter(({ kind }) => kind === 'command');
  // Two workers would build the same page at the same time.
  const page = oncePerRun('built-page', async () => void (await buildPageIfChanged()));
  await Promise.all([bundle({ outdir: dist, programs: command }), page]);
  await cp(join(DIST, PAGE_DIRECTORY), join(dist, PAGE_DIRECTORY), { recursive: true });
  await makePackage(dist);
});

/** The content of all files below a directory, by path. */
async function contentsOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file, 'base64')));
  return Object.fromEntries(files.map((file, index) => [file.slice(root.length), contents[index] ?? '']));
}

async function unpacked(file: string): Promise<string> {
  const target = temporaryDirectory();
  await run('tar', ['-xzf', file, '-C', target]);
  return target;
}

/** Installs an archive globally below a directory of its own. */
async function installedGlobally(file: string) {
  const prefix = temporaryDirectory();
  await run('npm', ['install', '--global', '--prefix', prefix, file], { env });
  const home = join(prefix, 'lib/node_modules', PACKAGE_NAME);
  const version = async () => JSON.parse(await readFile(join(home, 'package.json'), 'utf8')).version;
  return { prefix, program: join(prefix, 'bin/bough'), version };
}

describe('the package of the command', () => {
  it('has no dependencies, and a name that nobody can publish', async () => {
    const own = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));

    expect(own).toEqual({
      name: '@Bough/cli',
      version: manifest.version,
      description: expect.any(String),
      license: manifest.license,
      private: true,
      type: 'module',
      engines: manifest.engines,
      bin: manifest.bin,
      files: ['dist'],
    });
  });

  it('is smaller than a megabyte', async () => {
    expect((await stat(archive)).size).toBeLessThan(1_000_000);
  });

  it('is the same archive when it is made again, without files of earlier builds', async () => {
    const before = await readFile(archive);
    await writeFile(join(directory, 'dist/cli/chunks/stale.mjs'), '');
    await makePackage(dist);

    expect((await readFile(archive)).equals(before)).toBe(true);
    expect(existsSync(join(directory, 'dist/cli/chunks/stale.mjs'))).toBe(false);
  });

  it('has the files that `npm pack` takes from its directory', async () => {
    const target = temporaryDirectory();
    await run('npm', ['pack', directory, '--pack-destination', target], { env });
    const [packed = ''] = await readdir(target);

    const [served, own] = await Promise.all(
      [archive, join(target, packed)].map(async (file) => contentsOf(await unpacked(file))),
    );

    expect(packed).toBe(`Bough-cli-${manifest.version}.tgz`);
    expect(Object.keys(served ?? {})).toContain('/package/dist/console/index.html');
    expect(served).toEqual(own);
  });

  it('is not made by `npm pack` at the root, which names the script that makes it', async () => {
    const root = join(import.meta.dirname, '../..');
    const options = { env, cwd: root };

    await expect(run('npm', ['pack', '--dry-run'], options)).rejects.toMatchObject({
      stderr: expect.stringContaining('npm run package'),
    });
  });
});

describe('the package, installed in an empty directory', () => {
  const empty = temporaryDirectory();
  const program = join(empty, 'node_modules/.bin/bough');
  beforeAll(async () => {
    await run('npm', ['install', archive], { cwd: empty, env });
  });

  it('is the only package there', async () => {
    const { packages } = JSON.parse(await readFile(join(empty, 'package-lock.json'), 'utf8'));

    expect(Object.keys(packages)).toEqual(['', `node_modules/${PACKAGE_NAME}`]);
  });

  it.each(nodes)('runs on %s', async (node) => {
    await using world = await cliWorld();
    const options = { env: { ...env, BOUGH_API_URL: world.url } };

    const version = await run(node, [program, '--version'], options);
    const created = await run(node, [program, 'project:create', '--title', 'Shop'], options);
    const listed = await run(node, [program, 'projects', '--format', 'csv', '--columns', 'title'], options);

    expect(version.stdout).toBe(`${manifest.version}\n`);
    expect(created.stdout).toMatch(/^\w{13,}\n$/);
    expect(listed.stdout).toContain('Shop');
  });

  it.each(nodes)('serves the page of the console on %s', async (node) => {
    await using world = await cliWorld();
    const child = spawn(node, [program, 'console', '--no-open'], {
      env: { ...env, BOUGH_API_URL: world.url },
    });
    onTestFinished(() => void child.kill());

    const { value: url } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    const { status, text } = await http(String(url).replace(/#.*/, ''), {
      headers: { 'sec-fetch-site': 'none' },
    });

    expect(status).toBe(200);
    expect(text).toContain('<script type="module"');
  });
});

describe('bough self:update', () => {
  /** An API that serves this package with another version. */
  const anApiWith = async (version: string) => {
    const changed = await unpacked(archive);
    const file = join(changed, 'package/package.json');
    const own = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...own, version }));
    await run('tar', ['-czf', 'changed.tgz', 'package'], { cwd: changed });
    const world = await cliWorld();
    world.commandPackage.content = await readFile(join(changed, 'changed.tgz'));
    return world;
  };

  it.each(nodes)('replaces the command by the package of the deployment, on %s', async (node) => {
    await using world = await anApiWith('9.8.7');
    const installed = await installedGlobally(archive);
    const before = await installed.version();

    const { stdout, stderr } = await run(node, [installed.program, 'self:update'], {
      env: { ...env, BOUGH_API_URL: world.url },
    });

    expect([before, await installed.version()]).toEqual([manifest.version, '9.8.7']);
    expect(stdout).toBe('');
    expect(stderr).toContain('bough is up to date with the deployment.');
  });

  it('keeps the package when npm fails, and says how to install it', async () => {
    await using world = await anApiWith('9.8.7');
    const installed = await installedGlobally(archive);
    const bin = temporaryDirectory();
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "EACCES: permission denied" >&2\nexit 243\n', {
      mode: 0o755,
    });

    const failed = await run(installed.program, ['self:update'], {
      env: { ...env, PATH: `${bin}:${env.PATH}`, BOUGH_API_URL: world.url },
    }).catch((error: unknown) => error);

    const stderr = (failed as { stderr: string }).stderr;
    const [, file = ''] = /npm install --global --prefix \S+ (\S+bough\.tgz)/.exec(stderr) ?? [];
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(stderr).toContain('EACCES: permission denied');
    expect(await readFile(file)).toEqual(world.commandPackage.content);
  });
});
