import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Node program that runs a function's processes. */
export interface Node {
  /** Path of the program. */
  readonly program: string;
  /** Set when the program has another major version than the function's runtime: a sentence with the remedy. */
  readonly notice?: string;
}

/** Where `npm run lambda-node` installs the version of Node that Lambda runs. */
const INSTALLED = join(
  import.meta.dirname,
  `../lambda-node/node_modules/node-${process.platform}-${process.arch}/bin/node`,
);

/**
 * Selects the Node for a Lambda runtime such as `nodejs24.x`: the running one if its major version fits, else the
 * installed one, else the running one with a notice.
 */
export function nodeFor(
  runtime: string,
  { program, version, installed }: { program: string; version: string; installed: string } = {
    program: process.execPath,
    version: process.versions.node,
    installed: INSTALLED,
  },
): Node {
  const [major = ''] = /(?<=^nodejs)\d+(?=\.x$)/.exec(runtime) ?? [];
  if (version.startsWith(`${major}.`)) return { program };
  if (existsSync(installed)) return { program: installed };
  return {
    program,
    notice:
      `Functions run on Node ${version} here and on Node ${major} on AWS. ` +
      `To run them on Node ${major} here too: npm run lambda-node`,
  };
}
