import * as z from 'zod';
import { CliError } from '../errors.ts';
import { formats } from './flags.ts';

const text = z.string().optional();

/** Options that several commands have, as the parser hands them over. */
export const projectOptions = { project: text };
export const environmentOptions = { environment: text };
export const waitOptions = { wait: z.boolean() };
export const resourcesOptions = { resourcesInit: text };
export const tableOptions = {
  format: z.enum(formats).optional(),
  columns: z.array(z.string()).optional(),
  header: z.boolean().optional(),
};

/** What an integration is said to be, by `integration:add` and `integration:update`. */
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
};
export type IntegrationOptions = z.infer<z.ZodObject<typeof integrationOptions>>;

/** A number that `--<option>` was given. */
export function wholeNumber(option: string, least: number) {
  return z.string().transform((value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least) return number;
    throw new CliError(`Invalid value for '--${option}': ${value} (expected a whole number from ${least})`);
  });
}
