import * as z from 'zod';
import { CliError } from '../errors.ts';
import { formats } from './flags.ts';

const text = z.string().optional();

/** The parsed `--project` option. */
export const projectOptions = { project: text };
/** The parsed `--environment` option. */
export const environmentOptions = { environment: text };
/** The parsed `--wait` and `--no-wait` options. */
export const waitOptions = { wait: z.boolean() };
/** The parsed `--resources-init` option. */
export const resourcesOptions = { resourcesInit: text };
/** The parsed options of commands that print a table. */
export const tableOptions = {
  format: z.enum(formats).optional(),
  columns: z.array(z.string()).optional(),
  header: z.boolean().optional(),
};

/** The parsed options of `integration:add` and `integration:update`. */
export const integrationOptions = {
  type: text,
  repository: text,
  key: text,
  secret: text,
  bitbucketUrl: text,
  username: text,
  token: text,
  fetchBranches: text,
  pruneBranches: text,
  pruneGrace: text,
  pruneLimit: text,
  buildPullRequests: text,
  buildForkPullRequests: text,
  pullRequestsCloneParentData: text,
  resyncPullRequests: text,
  resourcesInit: text,
  publicPages: text,
};
/** The values of `integrationOptions`. */
export type IntegrationOptions = z.infer<z.ZodObject<typeof integrationOptions>>;

/** A schema for an option's whole number, from `least`. Throws `CliError`. */
export function wholeNumber(option: string, least: number) {
  return z.string().transform((value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least) return number;
    throw new CliError(`Invalid value for '--${option}': ${value} (expected a whole number from ${least})`);
  });
}

/** The value of an option that is on or off; undefined when it is not given. Throws `CliError`. */
export function booleanOf(option: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(1|true|yes|y)$/i.test(value)) return true;
  if (/^(0|false|no|n)$/i.test(value)) return false;
  throw new CliError(`Invalid value for '--${option}': ${value} (expected 1, 0, true, or false)`);
}
