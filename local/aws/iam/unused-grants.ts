import { join } from 'node:path';
import { replaceFile } from '../../state/files.ts';
import type { Authorizer } from './authorizer.ts';

/** Name of the file in the state directory. */
export const UNUSED_GRANTS_FILE = 'unused-grants.json';

/** Writes the grants that no call has used while the stack ran. */
export function writeUnusedGrants(stateDirectory: string, authorizer: Authorizer): Promise<void> {
  const lines = JSON.stringify(authorizer.unused(), undefined, 2);
  return replaceFile(join(stateDirectory, UNUSED_GRANTS_FILE), `${lines}\n`);
}
