import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../errors.ts';

/** The files of an example by path, and the repository that gets them. */
interface Files {
  readonly root: string;
  readonly files: Readonly<Record<string, string>>;
  /** True when existing files may be replaced. */
  readonly isForced: boolean;
}

/** True for the content of a script, which must be executable. */
export const isScript = (content: string): boolean => content.startsWith('#!');

/** Writes files into `.bough/` of a repository: all, or none if one exists and may not be replaced. Throws `CliError`. */
export async function writeFiles({ root, files, isForced }: Files): Promise<void> {
  await requireDirectory(join(root, '.bough'));
  const existing = await Promise.all(
    Object.keys(files).map(async (path) => ((await statOf(join(root, path))) ? [path] : [])),
  );
  const present = existing.flat();
  if (present.length > 0 && !isForced) {
    throw new CliError(
      `Nothing was written, because files exist: ${present.join(', ')}. To replace them, add --force.`,
    );
  }
  await mkdir(join(root, '.bough'), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    // A file that is replaced may be a link to a file elsewhere, which stays unchanged.
    await rm(join(root, path), { force: true });
    await writeFile(join(root, path), content, { flag: 'wx', mode: isScript(content) ? 0o755 : 0o644 });
  }
}

/** A `.bough` that is a link would lead the files out of the repository. */
async function requireDirectory(path: string): Promise<void> {
  const found = await statOf(path);
  if (found && !found.isDirectory()) throw new CliError(`${path} is not a directory.`);
}

function statOf(path: string) {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new CliError(`${path} cannot be read: ${error.message}`, { cause: error });
  });
}
