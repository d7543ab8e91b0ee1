import * as z from 'zod';

const text = z.string().optional();

/** Options that several commands have, as the parser hands them over. */
export const projectOptions = { project: text };
export const environmentOptions = { environment: text };
export const confirmOptions = { yes: z.boolean().optional(), no: z.boolean().optional() };
export const waitOptions = { wait: z.boolean() };
export const resourcesOptions = { resourcesInit: text };
export const tableOptions = {
  format: text,
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
  buildPullRequests: text,
  buildForkPullRequests: text,
  pullRequestsCloneParentData: text,
  resyncPullRequests: text,
  resourcesInit: text,
};
export type IntegrationOptions = z.infer<z.ZodObject<typeof integrationOptions>>;
