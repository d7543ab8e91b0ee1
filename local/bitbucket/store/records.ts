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

const ServerHook = z.object({
  id: z.number().int(),
  name: z.string(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret: z.string().nullable(),
  sslVerificationRequired: z.boolean(),
  createdOn: time,
  updatedOn: time,
});
/** A webhook of Bitbucket Server, whose shape and events are others than Cloud's. */
export type ServerHook = z.infer<typeof ServerHook>;

const BuildStatus = z.object({
  commit: z.string(),
  key: z.string(),
  /** Cloud's words, and one that only Server has. */
  state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'STOPPED', 'UNKNOWN']),
  name: z.string(),
  description: z.string(),
  url: z.string(),
  refname: z.string().nullable(),
  parent: z.string().nullable().default(null),
  buildNumber: z.string().nullable().default(null),
  createdOn: time,
  updatedOn: time,
});
export type BuildStatus = z.infer<typeof BuildStatus>;

const Comment = z.object({
  id: z.number().int(),
  text: z.string(),
  author: Account,
  createdOn: time,
  updatedOn: time,
});
export type Comment = z.infer<typeof Comment>;

const PullRequest = z.object({
  id: z.number().int(),
  /** Counts what people changed; Server wants to be told which version a change is meant for. */
  version: z.number().int().default(0),
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
  comments: z.array(Comment).default([]),
  createdOn: time,
  updatedOn: time,
});
export type PullRequest = z.infer<typeof PullRequest>;

export const Repository = z.object({
  uuid: z.string(),
  workspace: z.string(),
  slug: z.string(),
  name: z.string(),
  /** `workspace/slug` under which it was known before, oldest first. */
  formerNames: z.array(z.string()).default([]),
  description: z.string(),
  parent: z.string().nullable(),
  createdOn: time,
  updatedOn: time,
  hooks: z.array(Hook),
  serverHooks: z.array(ServerHook).default([]),
  statuses: z.array(BuildStatus),
  pullRequests: z.array(PullRequest),
  /** Numbers are not given twice, not even that of one that was deleted. */
  lastPullRequest: z.number().int().default(0),
  lastComment: z.number().int().default(0),
});
/** All that is known of a repository beside its git objects and refs. */
export type Repository = z.infer<typeof Repository>;

export const Site = z.object({
  /** Signs access tokens, so that they outlive a restart. */
  tokenKey: z.string(),
  /** Stable identities of users and workspaces: `user:demo` → uuid. */
  identities: z.record(z.string(), z.string()),
  /** Server's numeric ids: `repository:{uuid}` → number. */
  numbers: z.record(z.string(), z.number().int()).default({}),
});
export type Site = z.infer<typeof Site>;

export function fullName(repository: Repository): string {
  return `${repository.workspace}/${repository.slug}`;
}
