import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { Config as Activities } from '../../functions/activities/config.ts';
import { Config as Api } from '../../functions/api/config.ts';
import { Config as Processor } from '../../functions/processor/config.ts';
import { Config as Prune } from '../../functions/prune/config.ts';
import { Config as Webhook } from '../../functions/webhook/config.ts';
import { bundle } from '../../infra/bundle.ts';
import { COMMAND_CHUNKS, FUNCTIONS, PROGRAMS, type Program } from '../../infra/programs.ts';
import { temporaryDirectory } from './synthesised.ts';

const run = promisify(execFile);

/** Runs code in a separate Node process with only these environment variables. */
async function node(code: string, variables: Record<string, string> = {}): Promise<string> {
  const environment = { ...variables, NODE_NO_WARNINGS: '1' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { env: environment });
  return stdout.trim();
}

/** A repository with one program of this source. */
async function aProgram(kind: Program['kind'], source: string) {
  const root = temporaryDirectory();
  const program: Program = { kind, entry: 'program/index.ts', bundle: 'program/index.mjs' };
  await mkdir(join(root, dirname(program.entry)));
  await writeFile(join(root, program.entry), source);
  await symlink(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  const outdir = join(root, 'dist');
  return { program, root, outdir, file: join(outdir, program.bundle) };
}

async function bundled(kind: Program['kind'], source: string): Promise<string> {
  const { program, root, outdir, file } = await aProgram(kind, source);
  await bundle({ root, outdir, programs: [program] });
  return file;
}

describe('a bundle', () => {
  it('is self-contained', async () => {
    const file = await bundled('function', `import * as z from 'zod/mini'; export const handler = z.string;`);

    expect(await readFile(file, 'utf8')).not.toMatch(/from\s*"zod/);
    expect(await node(`console.log(typeof (await import('${pathToFileURL(file)}')).handler)`)).toBe(
      'function',
    );
  });

  it('has a source map without the sources', async () => {
    const file = await bundled(
      'function',
      `\n\nexport const handler = () => {\n  throw new Error('here');\n};`,
    );
    const code = `const { handler } = await import('${pathToFileURL(file)}');
      try { handler() } catch ({ stack }) { console.log(stack) }`;

    expect(await node(code, { NODE_OPTIONS: '--enable-source-maps' })).toContain('program/index.ts:4:9');
    expect(JSON.parse(await readFile(`${file}.map`, 'utf8'))).not.toHaveProperty('sourcesContent');
  });

  it('is not rewritten when it is unchanged', async () => {
    const { program, root, outdir, file } = await aProgram('node', 'console.log(1);');
    const build = async () => {
      await bundle({ root, outdir, programs: [program] });
      return stat(file);
    };

    const first = await build();
    const same = await build();
    await writeFile(join(root, program.entry), 'console.log(2);');
    const changed = await build();

    expect(same.ino).toBe(first.ino);
    expect(changed.ino).not.toBe(first.ino);
    expect(await readdir(outdir)).toEqual(['program']);
  });

  it('fails with the name of a missing entry', async () => {
    const { program, root, outdir } = await aProgram('function', '');
    const missing = { ...program, entry: 'functions/nowhere/index.ts' };

    await expect(bundle({ root, outdir, programs: [program, missing] })).rejects.toThrow(
      expect.objectContaining({
        name: 'DeploymentError',
        message: 'functions/nowhere/index.ts is missing: it is the entry of dist/program/index.mjs.',
      }),
    );
  });

  it('is executable when it is a command, also with CommonJS packages', async () => {
    const file = await bundled(
      'command',
      `import { Command } from 'commander'; new Command('hello').version('1.2.3').parse();`,
    );

    expect((await run(file, ['--version'])).stdout.trim()).toBe('1.2.3');
  });
});

describe('the bundle of a command', () => {
  const source = `if (process.argv[2] === 'answer') console.log((await import('./answer.ts')).answer);`;
  const aCommand = async () => {
    const { program, root, outdir, file } = await aProgram('command', source);
    const build = async (answer: number) => {
      await writeFile(join(root, 'program/answer.ts'), `export const answer: number = ${answer};`);
      await bundle({ root, outdir, programs: [program] });
    };
    return { build, file, chunks: join(outdir, COMMAND_CHUNKS) };
  };

  it('loads dynamic imports on demand', async () => {
    const { build, file, chunks } = await aCommand();
    await build(42);

    expect((await run(file, ['answer'])).stdout).toBe('42\n');
    await rm(chunks, { recursive: true });
    expect((await run(file, [])).stdout).toBe('');
    await expect(run(file, ['answer'])).rejects.toThrow('ERR_MODULE_NOT_FOUND');
  });

  it('has the values of a data module in place of the code that reads them', async () => {
    const entry = `console.log((await import('./answer.data.ts')).answer);`;
    const { program, root, outdir, file } = await aProgram('command', entry);
    const source = join(root, 'program');
    const reader = `import { readFileSync } from 'node:fs';
      export const answer: string = readFileSync(import.meta.dirname + '/answer.txt', 'utf8');`;
    await writeFile(join(source, 'answer.data.ts'), reader);
    await writeFile(join(source, 'answer.txt'), 'forty-two');
    await bundle({ root, outdir, programs: [program] });
    await rm(source, { recursive: true });

    expect((await run(file, [])).stdout).toBe('forty-two\n');
  });

  it('measures plain and other texts as the package string-width does', async () => {
    const texts = ['', 'plain ~', 'größe', '東京', '👩‍👩‍👧', '\u001b[31mred\u001b[0m', 'a\tb'];
    const entry = `import width from 'string-width'; console.log(JSON.stringify(${JSON.stringify(texts)}.map((text) => width(text))));`;
    const file = await bundled('command', entry);

    expect(JSON.parse((await run(file, [])).stdout)).toEqual(texts.map((text) => stringWidth(text)));
  });

  it('leaves the version of string-width that a CommonJS package requires', async () => {
    const entry = `import bar from 'cli-progress';
      new bar.SingleBar({ stream: process.stdout, noTTYOutput: true, format: '{bar} wörk' }).start(1, 0);
      process.exit(0);`;
    const file = await bundled('command', entry);

    expect((await run(file, [])).stdout).toContain('wörk');
  });

  it('removes the chunks of earlier builds', async () => {
    const { build, chunks } = await aCommand();
    await build(42);
    const before = await readdir(chunks);
    await build(43);
    const after = await readdir(chunks);

    expect(after).toHaveLength(before.length);
    expect(after).not.toEqual(before);
  });
});

describe('credentials in a function’s bundle', () => {
  const source = `import { SQSClient } from '@aws-sdk/client-sqs';
    const client = new SQSClient({ region: 'eu-west-1' });
    export const handler = async () => console.log(JSON.stringify(await client.config.credentials()));`;
  let call: string;
  beforeAll(async () => {
    const file = await bundled('function', source);
    call = `await import('${pathToFileURL(file)}').then(({ handler }) => handler())`;
  });

  it('come from its environment variables', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };

    expect(JSON.parse(await node(call, variables))).toMatchObject({
      accessKeyId: 'a',
      secretAccessKey: 'b',
      sessionToken: 'c',
    });
  });

  it('may have no session token', async () => {
    const credentials = JSON.parse(await node(call, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }));

    expect(credentials).not.toHaveProperty('sessionToken');
  });

  it('report the variables to set when they are missing', async () => {
    await expect(node(call)).rejects.toThrow('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  });
});

describe('the bundles of this repository', () => {
  const outdir = temporaryDirectory();
  const configs = { webhook: Webhook, processor: Processor, activities: Activities, prune: Prune, api: Api };
  beforeAll(() => bundle({ outdir }));

  it.each(FUNCTIONS)(
    'functions/%s exports a handler when it has the variables of its Config',
    async (name) => {
      const variables = Object.fromEntries(
        Object.keys(configs[name].shape).map((variable) => [
          variable,
          variable.endsWith('_SECONDS') ? '300' : 'https://localhost/value',
        ]),
      );
      const file = pathToFileURL(join(outdir, `functions/${name}/index.mjs`));
      const code = `console.log(typeof (await import('${file}')).handler)`;

      expect(await node(code, { ...variables, AWS_REGION: 'eu-west-1' })).toBe('function');
    },
  );

  it('keep the webhook under 350 KB, for its cold start', async () => {
    const { size } = await stat(join(outdir, 'functions/webhook/index.mjs'));

    expect(size).toBeLessThan(350_000);
  });

  it.each(PROGRAMS.filter(({ kind }) => kind === 'function'))(
    '$bundle needs no `require`, which an ES module does not have',
    async ({ bundle: file }) => {
      expect(await readFile(join(outdir, file), 'utf8')).not.toContain('Dynamic require of');
    },
  );

  it('start the builder', async () => {
    const builder = run(process.execPath, [join(outdir, 'builder/index.mjs')], { env: {} });

    await expect(builder).rejects.toMatchObject({
      stdout: expect.stringContaining("Missing or wrong in the build's environment: BOUGH_ACTION"),
    });
  });

  it('start the command', async () => {
    expect((await run(join(outdir, 'cli/bough.mjs'), ['--help'])).stdout).toContain('bough <command>');
  });

  it('load little code for the command’s help', async () => {
    const loaded = await loadedAtOnce(join(outdir, 'cli/bough.mjs'));

    expect(loaded.bytes).toBeLessThan(85_000);
    expect(loaded.packages).toEqual(['commander']);
  });
});

/** The size of an ES module with all its static imports. Bundles import each other by relative paths. */
async function loadedAtOnce(entry: string): Promise<{ bytes: number; packages: string[] }> {
  const files = new Set([entry]);
  const packages = new Set<string>();
  let bytes = 0;
  // The iteration of a set includes items that are added during it.
  for (const file of files) {
    const code = await readFile(file, 'utf8');
    bytes += code.length;
    for (const [, path = ''] of code.matchAll(/\b(?:from|import)\s*"(\.[^"]+)"/g)) {
      files.add(join(dirname(file), path));
    }
    const { sources } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
    for (const [, name = ''] of sources.join('\n').matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)) {
      packages.add(name);
    }
  }
  return { bytes, packages: [...packages] };
}
