import { join } from 'node:path';

/** The programs that run on Lambda, each in functions/<name>/. */
export const FUNCTIONS = ['webhook', 'processor', 'activities', 'prune', 'api'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Where `npm run build` puts the bundles, and where the stack and the local stack look for them. */
export const DIST = join(import.meta.dirname, '../dist');

/** A program and its bundle: paths below the repository and below the output directory. */
export interface Program {
  readonly kind: 'function' | 'node' | 'command';
  readonly entry: string;
  readonly bundle: string;
}

/** Where a function's bundle is, below the output directory: a directory of its own, uploaded as it is. */
export function functionDirectory(name: FunctionName): string {
  return `functions/${name}`;
}

/** Where the builder's bundle is, below the output directory. */
export const BUILDER_DIRECTORY = 'builder';

/** Where the parts of the command are that are loaded on demand, below the output directory. */
export const COMMAND_CHUNKS = 'cli/chunks';

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
