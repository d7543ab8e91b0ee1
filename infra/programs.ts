import { join } from 'node:path';
import { packageFile } from '../shared/api/command-package.ts';

/** The programs that run on Lambda, each in functions/<name>/. */
export const FUNCTIONS = ['webhook', 'processor', 'activities', 'prune', 'api'] as const;
/** The name of a program on Lambda. */
export type FunctionName = (typeof FUNCTIONS)[number];

/** The output directory of `npm run build`, read by the stack and the local stack. */
export const DIST = join(import.meta.dirname, '../dist');

/** A program. `entry` is relative to the repository, `bundle` to the output directory. */
export interface Program {
  readonly kind: 'function' | 'node' | 'command';
  readonly entry: string;
  readonly bundle: string;
}

/** The directory of a function's bundle, relative to the output directory. The whole directory is uploaded. */
export function functionDirectory(name: FunctionName): string {
  return `functions/${name}`;
}

/** The directory of the builder's bundle, relative to the output directory. */
export const BUILDER_DIRECTORY = 'builder';

/** The directory of the console's page, relative to the output directory. */
export const PAGE_DIRECTORY = 'console';

/** The directory of the command's package, relative to the output directory. */
export const PACKAGE_DIRECTORY = 'package';

/** The archive of the command's package, relative to the output directory. The management API serves it. */
export const PACKAGE_ARCHIVE = join(functionDirectory('api'), packageFile);

/** The directory of the command's lazily loaded chunks, relative to the output directory. */
export const COMMAND_CHUNKS = 'cli/chunks';

/** All programs of the repository. */
export const PROGRAMS: readonly Program[] = [
  ...FUNCTIONS.map(
    (name): Program => ({
      kind: 'function',
      entry: `functions/${name}/index.ts`,
      bundle: `${functionDirectory(name)}/index.mjs`,
    }),
  ),
  { kind: 'node', entry: 'functions/builder/index.ts', bundle: `${BUILDER_DIRECTORY}/index.mjs` },
  { kind: 'node', entry: 'local/runtime/bootstrap.ts', bundle: 'local/bootstrap.mjs' },
  { kind: 'command', entry: 'cli/main.ts', bundle: 'cli/bough.mjs' },
];
