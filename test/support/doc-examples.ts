import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

/** A `sh` block of a page. */
export interface Block {
  page: string;
  /** The first line of the script. */
  begins: string;
  script: string;
}

/** The README and the pages in docs, in the order of reading. */
function pagesOfDocs(): { page: string; content: string }[] {
  const files = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
  return ['README.md', ...pages.sort()].map((page) => ({
    page,
    content: readFileSync(join(root, page), 'utf8'),
  }));
}

/** Every `sh` block of the pages. */
export function blocksOfDocs(): Block[] {
  return pagesOfDocs().flatMap(({ page, content }) =>
    [...content.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => ({
      page,
      begins: script.split('\n', 1)[0] ?? '',
      script,
    })),
  );
}

/** Every command named in the text of a page, with its namespace or after `bough`. */
export function commandsOfDocs(): { page: string; command: string }[] {
  const named =
    /`(?:(?:npx )?bough ([a-z]\S*?)|((?:project|integration|environment|activity|mirror):[a-z:]+))[` ]/g;
  return pagesOfDocs().flatMap(({ page, content }) =>
    [...content.replace(/^```.*?^```$/gms, '').matchAll(named)].map(([, ofBough, namespaced]) => ({
      page,
      command: ofBough ?? namespaced ?? '',
    })),
  );
}

/** Replaces the placeholders of an example with values. Throws for an unknown word in capitals, which looks like a placeholder. */
export function fillIn(example: string, values: Readonly<Record<string, string>>): string {
  const longestFirst = Object.keys(values).sort((a, b) => b.length - a.length);
  const names = longestFirst.map((name) => name.replace(/[.\\]/g, '\\$&')).join('|');
  const filled = example.replace(new RegExp(`\\b(?:${names})\\b`, 'g'), (name) => values[name] ?? name);
  const [unknown] = /\b[A-Z]{3,}\b/.exec(filled) ?? [];
  if (unknown) throw new Error(`No value is known for ${unknown} in: ${example}`);
  return filled;
}

/** The exit code and output of a script. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A shell with an installed `bough`, an empty home directory, and no setting except the API's URL. */
export async function aShell(apiUrl: string) {
  const home = await mkdtemp(join(tmpdir(), 'bough-shell-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  const command = `exec '${process.execPath}' '${join(root, 'dist/cli/bough.mjs')}' "$@"`;
  const shims = {
    bough: `#!/bin/sh\n${command}\n`,
    npx: `#!/bin/sh\n[ "$1" = bough ] || { echo "npx $1: not here" >&2; exit 127; }\nshift\n${command}\n`,
  };
  for (const [name, script] of Object.entries(shims))
    await writeFile(join(bin, name), script, { mode: 0o755 });
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: home,
    TMPDIR: tmpdir(),
    GIT_CONFIG_NOSYSTEM: '1',
    BOUGH_API_URL: apiUrl,
  };

  return {
    /** Runs a script in a new directory without stdin. The script stops at its first error. */
    async run(script: string): Promise<Outcome> {
      const cwd = await mkdtemp(join(home, 'here-'));
      const child = spawn('sh', ['-eu', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      return { code, stdout, stderr };
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The shell that `aShell` creates. */
export type Shell = Awaited<ReturnType<typeof aShell>>;

/** True if `sh` can parse the script. */
export async function isShellScript(script: string): Promise<boolean> {
  const [code] = await once(spawn('sh', ['-n', '-c', script], { stdio: 'ignore' }), 'close');
  return code === 0;
}
