import { findPointers } from '../../shared/git/pointers.ts';
import type { BuildContext } from './build-context.ts';
import { isolatedGit } from './isolated-git.ts';

/** Logs a warning for Git LFS files and submodules, which the mirror does not contain. */
export async function warnAboutPointers({ workspace, log, scriptEnvironment }: BuildContext): Promise<void> {
  const git = isolatedGit(scriptEnvironment, workspace.checkout);
  const { lfs, submodules } = await findPointers(workspace.checkout, git);
  if (lfs) log.line(`Git LFS files are only pointers here. ${adviceTo('git lfs pull')}`);
  if (submodules) log.line(`Submodules are empty here. ${adviceTo('git submodule update --init')}`);
}

function adviceTo(command: string): string {
  return `If they are needed, let .bough/deploy run \`${command}\`, with credentials of your own: docs/mirror.md says how.`;
}
