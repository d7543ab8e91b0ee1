import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { BoughError } from '../../shared/errors.ts';
import type { ProjectConfig } from './config.ts';
import { nullIfAbsent } from './files.ts';
import { HeaderRules } from './header-rules.ts';
import { known } from './known-keys.ts';
import { parseYaml } from './parse-yaml.ts';

/** The repository's settings for its builds. */
export const repositoryConfigFile = '.bough/config.yaml';

/** The largest file, in bytes. */
export const longestConfig = 64 * 1024;

/** The limits that the stack sets for its repositories. */
export interface StackLimits {
  /** The longest time of a build, in minutes. */
  minutes: number;
  compute: ProjectConfig['COMPUTE'];
}

function schemaWithin({ minutes, compute }: StackLimits) {
  const place = compute === 'lambda' ? ' on Lambda compute' : '';
  const wrong = `must be a whole number of minutes from 1 to ${minutes}, the stack's builderTimeoutMinutes${place}`;
  return known({
    build: z.prefault(
      known({
        timeout: z.optional(z.int(wrong).check(z.gte(1, wrong), z.lte(minutes, wrong))),
        cache: z._default(z.boolean('must be true or false'), true),
      }),
      {},
    ),
    site: z.prefault(known({ headers: z._default(HeaderRules, []) }), {}),
  });
}
/** The content of `.bough/config.yaml`, with defaults for absent keys. */
export type RepositoryConfig = z.infer<ReturnType<typeof schemaWithin>>;

/**
 * Reads `.bough/config.yaml` of a checkout. Without the file, the defaults hold.
 * @throws BoughError invalid, which names the line and the key
 */
export async function readRepositoryConfig(checkout: string, limits: StackLimits): Promise<RepositoryConfig> {
  const directory = join(checkout, '.bough');
  const file = join(checkout, repositoryConfigFile);
  const kinds = await Promise.all([directory, file].map((path) => lstat(path).catch(nullIfAbsent)));
  // A link could lead out of the repository, to a file of the machine that builds.
  if (kinds.some((stats) => stats?.isSymbolicLink())) throw unusable('it is a symbolic link');
  const stats = kinds[1];
  if (!stats) return schemaWithin(limits).parse({});
  if (!stats.isFile()) throw unusable('it is not a file');
  if (stats.size > longestConfig) throw unusable(`it has more than ${longestConfig / 1024} KiB`);
  return parseRepositoryConfig(await readFile(file, 'utf8'), limits);
}

/**
 * Parses the text of `.bough/config.yaml`.
 * @throws BoughError invalid, which names the line and the key
 */
export function parseRepositoryConfig(text: string, limits: StackLimits): RepositoryConfig {
  const { value, problem } = parseYaml(text, schemaWithin(limits));
  if (value !== undefined) return value;
  throw new BoughError('invalid', `${repositoryConfigFile} ${problem}.`, {
    remedy: 'Correct the file, commit and push.',
  });
}

function unusable(why: string): BoughError {
  return new BoughError('invalid', `${repositoryConfigFile} cannot be used: ${why}.`, {
    remedy: 'Make it a YAML file of the repository itself.',
  });
}
