import { lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { readMirror } from '../../api/mirror.ts';
import type { Environment, Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import type { Head } from '../../git/assemble.ts';
import { cloneMirror } from '../../git/clone-mirror.ts';
import { findGit } from '../../git/run-git.ts';
import { projectLabel } from '../../output/labels.ts';
import { selectEnvironment, selectProject } from '../../selection.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions } from '../options.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  depth: z
    .string()
    .optional()
    .transform((depth) => {
      if (depth === undefined) return undefined;
      if (/^[1-9]\d*$/.test(depth)) return Number(depth);
      throw new CliError('The --depth value must be an integer.');
    }),
});

/** `project:get`. */
export const getProject: Run = async ({ args, options, terminal }) => {
  const { project: option, environment: environmentId, depth } = Options.parse(options);
  const [argument, given] = args;
  if (option !== undefined && argument !== undefined) {
    throw new CliError('You cannot use both the --project option and the <project> argument.');
  }
  return interruptible(async (signal) => {
    const git = await findGit({ env: terminal.env, signal });
    const api = connectApi(terminal);
    const project = await selectProject(api, terminal, option ?? argument);
    const environment = environmentId
      ? await selectEnvironment(api, terminal, project, environmentId, 'read')
      : null;
    const directory = resolve(given ?? (await askDirectory(terminal, project)));
    await requireFreePath(directory);

    terminal.info(`Downloading project ${projectLabel(project)}`);
    const context = { api, terminal, project, git, signal };
    await cloneMirror(context, await readMirror(api, project), {
      directory,
      depth,
      headIn: (refs) => (environment ? headOf(environment, refs) : undefined),
    });
    terminal.info(`\nThe project ${projectLabel(project)} was successfully downloaded to: ${directory}`);
    return 0;
  });
};

/** The branch or commit to check out. Commits of pull requests and of `environment:branch` are on no branch. */
function headOf({ id, is_pr, head_commit }: Environment, refs: ReadonlyMap<string, string>): Head {
  if (!is_pr && refs.has(`refs/heads/${id}`)) return { branch: id };
  const announced = is_pr ? refs.get(`refs/pull-requests/${id.replace(/^pr-/, '')}/from`) : undefined;
  const commit = announced ?? head_commit;
  if (commit === null) throw new CliError(`The environment ${id} has no code yet. Push to its branch first.`);
  return { commit };
}

function askDirectory(terminal: Terminal, { id, title }: Project): Promise<string> {
  return terminal.input('Directory', { default: slugOf(title) || id });
}

/** Converts a title into a directory name. */
function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

async function requireFreePath(directory: string): Promise<void> {
  if (await exists(directory)) throw new CliError(`The destination path already exists: ${directory}`);
  const parent = dirname(directory);
  if (!(await exists(parent))) throw new CliError(`Directory not found: ${parent}`);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
