import * as z from 'zod/mini';

const Route = z.object({
  url: z.string(),
  type: z.enum(['upstream', 'redirect']),
  primary: z.boolean(),
  upstream: z.exactOptional(z.string()),
  to: z.exactOptional(z.string()),
});

/**
 * What a run of the builder came to: the one object that it leaves in the activities bucket when it ends,
 * whatever the end was. It is written last, after the log, and never changed.
 */
export const BuildResult = z.object({
  result: z.enum(['success', 'failure']),
  /** For a failure: what happened and what to do about it, in a sentence or two. */
  because: z.string(),
  commit: z.string(),
  /** The environment's routes, exactly one of its upstreams primary. Empty after a failure or a teardown. */
  routes: z.array(Route),
  /** The last lines of the log. */
  log_tail: z.array(z.string()),
  /** Seconds that each step took, 0 for one that was not reached. */
  timings: z.object({ restore: z.number(), data: z.number(), deploy: z.number(), publish: z.number() }),
});
export type BuildResult = z.infer<typeof BuildResult>;

/** What a run of the builder is too large to be told by its environment; written before it starts. */
export const BuildInput = z.object({
  commit: z.string(),
  /** Keys of the mirror's bundles, in the order in which they follow each other. */
  bundles: z.array(z.string()),
});
export type BuildInput = z.infer<typeof BuildInput>;

/** Which of CodeBuild's builds an activity has; written once that has started. */
export const StartedBuild = z.object({ id: z.string() });

/** Keys in the activities bucket of what belongs to one activity. */
export function activityKeys(project: string, activity: string) {
  const base = `${project}/${activity}`;
  return {
    log: `${base}.log`,
    input: `${base}.build.json`,
    started: `${base}.started.json`,
    result: `${base}.result.json`,
  };
}
