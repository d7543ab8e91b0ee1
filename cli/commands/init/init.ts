import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { exampleFiles } from './example-files.data.ts';
import { type Example, type ExampleName, examples } from './examples.ts';
import { proposeExample } from './propose-example.ts';
import { readFacts } from './read-facts.ts';
import { isScript, writeFiles } from './write-files.ts';

const Options = z.object({
  example: z.enum(examples.map(({ name }) => name)).optional(),
  force: z.boolean().optional(),
});

/** `init`. */
export const initialise: Run = async ({ args, options, terminal }) => {
  const { example: named, force = false } = Options.parse(options);
  const directory = resolve(args[0] ?? '.');
  const repository = await findRepository(directory);
  const root = repository ?? directory;
  const name = named ?? (await chooseExample(root, terminal));
  const files = exampleFiles[name] ?? {};
  await writeFiles({ root, files, isForced: force });
  for (const path of Object.keys(files)) terminal.write(`${path}\n`);
  terminal.info(nextSteps(name, files, repository !== null));
  return 0;
};

/** The directory at or above this one that has a `.git`; null without one. Throws `CliError` when the directory is missing. */
async function findRepository(directory: string): Promise<string | null> {
  if (!(await exists(directory))) throw new CliError(`Directory not found: ${directory}`);
  for (let path = directory; ; path = dirname(path)) {
    if (await exists(join(path, '.git'))) return path;
    if (path === dirname(path)) return null;
  }
}

async function chooseExample(root: string, terminal: Terminal): Promise<ExampleName> {
  const proposal = proposeExample(await readFacts(root));
  if (proposal) {
    terminal.info(`The repository has ${proposal.because}: the example ${proposal.name} fits.`);
    if (!terminal.interactive) return proposal.name;
  } else if (!terminal.interactive) {
    const list = examples.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`);
    throw new CliError(
      ['No example fits this repository by its files. Choose one with --example:', ...list].join('\n'),
    );
  }
  const choices = examples.map(({ name, title }) => ({ value: name, name: `${title} (${name})` }));
  return terminal.choose(
    'Enter a number to choose an example:',
    choices,
    proposal ? { default: proposal.name } : {},
  );
}

/** Says how the files get into Bitbucket, and which of their conditions to check. */
function nextSteps(
  name: ExampleName,
  files: Readonly<Record<string, string>>,
  isRepository: boolean,
): string {
  const scripts = Object.keys(files).filter((path) => isScript(files[path] ?? ''));
  const example: Example | undefined = examples.find((each) => each.name === name);
  return [
    ...(example?.note ? ['', `Note: ${example.note}`] : []),
    '',
    'Next:',
    ...(isRepository ? [] : ['  git init']),
    '  git add .bough',
    `  git add --chmod=+x ${scripts.join(' ')}`,
    '  git commit --message "Deploy with Bough"',
    '  git push',
    '',
    `The page of the example, where Bough is: examples/${name}/README.md`,
    'To link the repository to Bough: bough integration:add',
  ].join('\n');
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
