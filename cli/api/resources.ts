import * as z from 'zod';

const Link = z.object({ href: z.string() });

/** Of resources everything is kept, because there are commands that show it. */
export const Project = z.looseObject({
  id: z.string(),
  title: z.string(),
  default_branch: z.nullable(z.string()),
  region: z.string(),
  status: z.object({ code: z.string(), message: z.string().optional() }),
  created_at: z.string(),
});
export type Project = z.infer<typeof Project>;

/** Deletions that wait for a confirmation. */
const HeldBack = z.looseObject({
  digest: z.string(),
  count: z.number(),
  ids: z.array(z.string()),
  because: z.string(),
  since: z.string(),
});

export const Integration = z.looseObject({
  id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  type: z.string(),
  /** A server's address, and the project that the repository is in there. */
  url: z.string().optional(),
  project: z.string().optional(),
  repository: z.string(),
  /** Bitbucket Cloud's. */
  app_credentials: z.object({ key: z.string() }).optional(),
  fetch_branches: z.boolean(),
  prune_branches: z.boolean(),
  held_back: z.nullable(HeldBack),
  last_delivery_at: z.nullable(z.string()),
  _links: z.object({ '#hook': z.object({ href: z.string() }) }),
});
export type Integration = z.infer<typeof Integration>;

/** The changes that a prune would make now. */
export const PrunePreview = z.object({
  counts: z.record(z.string(), z.number()),
  changes: z.array(z.object({ environment: z.string(), change: z.string(), because: z.string() })),
  has_more: z.boolean(),
  held_back: z.nullable(HeldBack),
  left_out: z.nullable(z.string()),
});
export type PrunePreview = z.infer<typeof PrunePreview>;

export const Environment = z.looseObject({
  id: z.string(),
  title: z.string(),
  machine_name: z.string(),
  status: z.string(),
  type: z.string(),
  parent: z.nullable(z.string()),
  head_commit: z.nullable(z.string()),
  /** The fork that a pull request comes from. */
  fork: z.nullable(z.string()),
  has_remote: z.boolean(),
  protected: z.boolean(),
  gone_since: z.nullable(z.string()),
  goes_at: z.nullable(z.string()),
  is_pr: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
  _links: z.record(z.string(), Link),
});
export type Environment = z.infer<typeof Environment>;

export const Deployment = z.object({
  routes: z.record(z.string(), z.object({ type: z.string(), primary: z.nullable(z.boolean()) })),
});

export const Activity = z.looseObject({
  id: z.string(),
  type: z.string(),
  text: z.string(),
  environments: z.array(z.string()),
  integration: z.string().optional(),
  state: z.string(),
  result: z.nullable(z.string()),
  completion_percent: z.number(),
  created_at: z.string(),
  started_at: z.nullable(z.string()),
  completed_at: z.nullable(z.string()),
  timings: z.record(z.string(), z.number()),
  log: z.string(),
  payload: z.looseObject({
    because: z.string(),
    /** Set while a limit or an outage delays it. */
    waiting: z.object({ since: z.string(), next_try: z.string().nullable() }).nullable().default(null),
  }),
  /** An operation has one when it is possible now. */
  _links: z.record(z.string(), Link),
});
export type Activity = z.infer<typeof Activity>;

/** The answer to a mutation. */
export function Result<T extends z.ZodType>(entity: T) {
  return z.object({ _embedded: z.object({ entity, activities: z.array(Activity) }) });
}

/** The remains of a deleted integration: environments, and its webhook where that could not be removed. */
export const DeletedIntegration = z.object({
  webhook_error: z.nullable(z.string()),
  environments: z.number().default(0),
  _embedded: z.object({ activities: z.array(Activity) }).default({ activities: [] }),
});

/** What becomes of a project that is deleted: which webhooks may still be there, and why. */
export const DeletedProject = z.object({
  webhook_errors: z.array(z.object({ url: z.string(), because: z.string() })).default([]),
  _embedded: z.object({ entity: Project, activities: z.array(Activity) }),
});

export const HookSecret = z.object({ url: z.string(), secret: z.string() });

/** One line of an activity's log; the last of all carries the seal. */
export const LogLine = z.union([
  z.object({ seal: z.literal(true) }),
  z.object({ data: z.object({ timestamp: z.string(), message: z.string() }) }),
]);

/** A message that nobody could process; `failure` says why, where that is known. */
export const DeadLetter = z.object({
  id: z.string(),
  queue: z.string(),
  type: z.string(),
  project: z.nullable(z.string()),
  sent_at: z.string(),
  failure: z.nullable(
    z.object({ code: z.string(), because: z.string(), attempts: z.number(), failed_at: z.string() }),
  ),
  body: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const DeadLetters = z.object({ items: z.array(DeadLetter), has_more: z.boolean() });

/** The findings of a diagnosis; states of later versions are shown as they are. */
export const Check = z.object({
  id: z.string(),
  subject: z.nullable(z.string()),
  state: z.string(),
  because: z.string(),
  remedy: z.nullable(z.string()),
});
export type Check = z.infer<typeof Check>;

export const Diagnosis = z.object({ checks: z.array(Check) });

/** What became of dead letters that were named. */
export const HandledDeadLetters = z.object({ done: z.array(z.string()), missing: z.array(z.string()) });
