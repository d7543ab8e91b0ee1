import * as z from 'zod';

const time = z.iso.datetime();

const Account = z.object({ type: z.enum(['user', 'team']), name: z.string() });
/** Who did something: a person, or the workspace that owns an OAuth consumer. */
export type Account = z.infer<typeof Account>;

const Hook = z.object({
  uuid: z.string(),
  description: z.string(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret: z.string().nullable(),
  createdAt: time,
});
export type Hook = z.infer<typeof Hook>;

const BuildStatus = z.object({
  commit: z.string(),
  key: z.string(),
  state: z.string(),
  name: z.string(),
  description: z.string(),
  url: z.string(),
  refname: z.string().nullable(),
  createdOn: time,
  updatedOn: time,
});
export type BuildStatus = z.infer<typeof BuildStatus>;

const PullRequest = z.object({
  id: z.number().int(),
  title: z.string(),
  description: z.string(),
  state: z.enum(['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED']),
  draft: z.boolean(),
  closeSourceBranch: z.boolean(),
  source: z.object({ repository: z.string(), branch: z.string(), commit: z.string() }),
  destination: z.object({ branch: z.string(), commit: z.string() }),
  mergeCommit: z.string().nullable(),
  author: Account,
  closedBy: Account.nullable(),
  reason: z.string(),
  createdOn: time,
  updatedOn: time,
});
export type PullRequest = z.infer<typeof PullRequest>;

export const Repository = z.object({
  uuid: z.string(),
  workspace: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  parent: z.string().nullable(),
  createdOn: time,
  updatedOn: time,
  hooks: z.array(Hook),
  statuses: z.array(BuildStatus),
  pullRequests: z.array(PullRequest),
});
/** All that is known of a repository beside its git objects and refs. */
export type Repository = z.infer<typeof Repository>;

export const Site = z.object({
  /** Signs access tokens, so that they outlive a restart. */
  tokenKey: z.string(),
  /** Stable identities of users and workspaces: `user:demo` → uuid. */
  identities: z.record(z.string(), z.string()),
});
export type Site = z.infer<typeof Site>;

export function fullName(repository: Repository): string {
  return `${repository.workspace}/${repository.slug}`;
}
