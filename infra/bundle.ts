import { access, chmod, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type OutputFile, type Plugin, stop } from 'esbuild';
import { DeploymentError } from './deployment-error.ts';
import { COMMAND_CHUNKS, PROGRAMS, type Program } from './programs.ts';
import { replaceFile } from './replace-file.ts';

const repository = resolve(import.meta.dirname, '..');

// CommonJS packages in an ES module (commander, tar-stream) need `require`.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** The variant of the package yaml that is an ES module. For Node the package has a CommonJS one only. */
const YAML = join(dirname(createRequire(import.meta.url).resolve('yaml/package.json')), 'browser/index.js');

/** Replaces a module `*.data.ts`, which reads files of the repository, by the values of its exports: a bundle is self-contained. */
const DATA: Plugin = {
  name: 'data',
  setup({ onLoad }) {
    onLoad({ filter: /\.data\.ts$/ }, async ({ path }) => {
      const values: object = await import(pathToFileURL(path).href);
      const lines = Object.entries(values).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};

/**
 * Loads the package string-width with the first text that is not plain. Its patterns of emoji take a tenth of the start of
 * a command, and most tables need none of them.
 */
const PLAIN_WIDTH: Plugin = {
  name: 'plain-width',
  setup({ onResolve, onLoad }) {
    const namespace = 'plain-width';
    // CommonJS packages require an older version, which is a function itself.
    onResolve({ filter: /^string-width$/ }, ({ path, kind, namespace: importer }) =>
      kind === 'import-statement' && importer !== namespace ? { path, namespace } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, () => ({
      contents: `let measure;
        export default (text, options) => {
          if (/^[ -~]*$/.test(text)) return text.length;
          measure ??= require('string-width').default;
          return measure(text, options);
        };`,
      resolveDir: repository,
      loader: 'js',
    }));
  },
};

const KINDS: readonly [Program['kind'], BuildOptions][] = [
  [
    'function',
    {
      minify: true,
      alias: {
        '@aws-sdk/credential-provider-node': fileURLToPath(new URL('./env-credentials.ts', import.meta.url)),
      },
    },
  ],
  ['node', { alias: { yaml: YAML }, banner: { js: REQUIRE } }],
  [
    'command',
    {
      minify: true,
      // Each command loads only its own code, which keeps the start-up fast.
      splitting: true,
      chunkNames: `${COMMAND_CHUNKS}/[name]-[hash]`,
      banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
      plugins: [DATA, PLAIN_WIDTH],
    },
  ],
];

/** The programs to bundle, and where. */
export interface BundleOptions {
  /** The directory that the entries are relative to. */
  readonly root?: string;
  readonly outdir: string;
  readonly programs?: readonly Program[];
}

async function requireEntry(root: string, { entry, bundle }: Program): Promise<void> {
  await access(join(root, entry)).catch((cause: unknown) => {
    throw new DeploymentError(`${entry} is missing: it is the entry of dist/${bundle}.`, { cause });
  });
}

async function bundleTogether(entryPoints: readonly Program[], options: BuildOptions): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: entryPoints.map(({ entry, bundle }) => ({ in: entry, out: bundle.replace(/\.mjs$/, '') })),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    platform: 'node',
    // The oldest Node that runs a bundle is that of the command and the local stack: docs/node.md.
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    ...options,
  });
  return outputFiles ?? [];
}

/** Removes the chunks of earlier builds, whose names contain a hash of their content. */
async function removeStaleChunks(outdir: string, written: readonly OutputFile[]): Promise<void> {
  const directory = join(outdir, COMMAND_CHUNKS);
  const current = new Set(written.map(({ path }) => path));
  const files = await readdir(directory).catch(() => []);
  const stale = files.map((file) => join(directory, file)).filter((file) => !current.has(file));
  await Promise.all(stale.map((file) => rm(file, { force: true })));
}

/**
 * Bundles programs into self-contained ES modules with source maps. AWS and the local stack run the same files.
 * Throws `DeploymentError` when an entry is missing.
 */
export async function bundle(options: BundleOptions): Promise<void> {
  const { root = repository, outdir, programs = PROGRAMS } = options;
  await Promise.all(programs.map((program) => requireEntry(root, program)));
  // One pass per kind, so that shared modules are read once.
  const outputs = await Promise.all(
    KINDS.map(([kind, special]) =>
      bundleTogether(
        programs.filter((program) => program.kind === kind),
        { absWorkingDir: root, outdir, ...special },
      ),
    ),
  );
  const files = outputs.flat();
  await Promise.all(files.map(({ path, contents }) => replaceFile(path, contents)));
  const commands = programs.filter(({ kind }) => kind === 'command');
  if (commands.length > 0) await removeStaleChunks(outdir, files);
  await Promise.all(commands.map(({ bundle: file }) => chmod(join(outdir, file), 0o755)));
}

/** Ends the bundler's process, which takes memory. Another bundling starts a new one. */
export async function endBundler(): Promise<void> {
  await stop();
}
