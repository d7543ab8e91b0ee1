import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { readMirror } from '../../api/mirror.ts';
import type { Mirror, Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { cloneMirror as clone } from '../../git/clone-mirror.ts';
import { findGit } from '../../git/run-git.ts';
import { selectProject } from '../../selection.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import { projectOptions } from '../options.ts';

const Options = z.object({ ...projectOptions, mirror: z.boolean().optional() });

/** `mirror:clone`. */
export const cloneMirror: Run = async ({ args, options, terminal }) => {
  const { project: option, mirror: isBare = false } = Options.parse(options);
  const [projectId, given, ...rest] = option === undefined ? args : [option, ...args];
  if (rest.length > 0)
    throw new CliError('Specify the project as an argument or with --project (-p), not both.');
  return interruptible(async (signal) => {
    const git = await findGit({ env: terminal.env, signal });
    const api = connectApi(terminal);
    const project = await selectProject(api, terminal, projectId);
    const mirror = await readMirror(api, project);
    const directory = resolve(given ?? nameOf(project, mirror) + (isBare ? '.git' : ''));
    await requireEmptyDirectory(directory);
    await clone({ api, terminal, project, git, signal }, mirror, { directory, isBare });
    terminal.write(`${directory}\n`);
    return 0;
  });
};

/** The directory name that `git clone` would use. */
function nameOf({ id }: Project, { repository_url }: Mirror): string {
  const path = repository_url === null ? '' : new URL(repository_url).pathname;
  return decodeURIComponent(/([^/]+?)(\.git)?$/.exec(path)?.[1] ?? id);
}

async function requireEmptyDirectory(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CliError(`${directory} cannot become a directory: ${error.message}`, { cause: error });
  });
  if (entries.length > 0) throw new CliError(`The directory ${directory} exists and is not empty.`);
}
