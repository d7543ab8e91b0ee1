import * as z from 'zod';

const time = z.iso.datetime();

const Account = z.object({ type: z.enum(['user', 'team']), name: z.string() });
/** The actor of a change: a user, or the workspace that owns an OAuth consumer. */
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
/** A webhook of Bitbucket Cloud. */
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
/** A webhook of Bitbucket Server. */
export type ServerHook = z.infer<typeof ServerHook>;

const BuildStatus = z.object({
  commit: z.string(),
  key: z.string(),
  /** Cloud's states, and `UNKNOWN`, which only Server has. */
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
/** The status of one build of a commit. */
export type BuildStatus = z.infer<typeof BuildStatus>;

const Comment = z.object({
  id: z.number().int(),
  text: z.string(),
  author: Account,
  createdOn: time,
  updatedOn: time,
});
/** A comment on a pull request. */
export type Comment = z.infer<typeof Comment>;

const PullRequest = z.object({
  id: z.number().int(),
  /** Counts the changes by users: Server requires the current version with each change. */
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
/** A pull request, stored with its destination repository. */
export type PullRequest = z.infer<typeof PullRequest>;

/** The schema of `repository.json`. */
export const Repository = z.object({
  uuid: z.string(),
  workspace: z.string(),
  slug: z.string(),
  name: z.string(),
  /** Earlier values of `workspace/slug`, oldest first. */
  formerNames: z.array(z.string()).default([]),
  description: z.string(),
  parent: z.string().nullable(),
  createdOn: time,
  updatedOn: time,
  hooks: z.array(Hook),
  serverHooks: z.array(ServerHook).default([]),
  statuses: z.array(BuildStatus),
  pullRequests: z.array(PullRequest),
  /** The highest number so far: the numbers of deleted pull requests are not used again. */
  lastPullRequest: z.number().int().default(0),
  lastComment: z.number().int().default(0),
});
/** A repository, without its git objects and refs. */
export type Repository = z.infer<typeof Repository>;

/** The schema of `site.json`. */
export const Site = z.object({
  /** Signs access tokens; stored so that tokens stay valid after a restart. */
  tokenKey: z.string(),
  /** The uuids of users and workspaces: `user:demo` → uuid. */
  identities: z.record(z.string(), z.string()),
  /** Server's numeric identifiers: `repository:{uuid}` → number. */
  numbers: z.record(z.string(), z.number().int()).default({}),
});
/** The state of the playground beside its repositories. */
export type Site = z.infer<typeof Site>;

/** `workspace/slug`. */
export function fullName(repository: Repository): string {
  return `${repository.workspace}/${repository.slug}`;
}
