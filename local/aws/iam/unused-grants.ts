import { join } from 'node:path';
import { replaceFile } from '../../state/files.ts';
import type { Authorizer } from './authorizer.ts';

/** Its name in the state directory. */
export const UNUSED_GRANTS_FILE = 'unused-grants.json';

/** Writes down what roles may do and nothing has done while the stack ran. */
export function writeUnusedGrants(stateDirectory: string, authorizer: Authorizer): Promise<void> {
  const lines = JSON.stringify(authorizer.unused(), undefined, 2);
  return replaceFile(join(stateDirectory, UNUSED_GRANTS_FILE), `${lines}\n`);
}
