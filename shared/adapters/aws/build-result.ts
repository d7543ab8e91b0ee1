import * as z from 'zod/mini';
import { routeLimits, routeUrl } from '../../domain/environments/routes.ts';

const url = z
  .string()
  .check(
    z.maxLength(routeLimits.url, `a URL has at most ${routeLimits.url} characters`),
    z.regex(routeUrl, 'a URL must begin with http:// or https://'),
  );
const Route = z.object({
  url,
  type: z.enum(['upstream', 'redirect']),
  primary: z.boolean(),
  upstream: z.exactOptional(
    z.string().check(z.maxLength(routeLimits.url, 'an upstream is no longer than a URL')),
  ),
  to: z.exactOptional(url),
});

/** An environment's routes, at most one of them primary; as few and as short as its record can hold. */
export const Routes = z.array(Route).check(
  z.maxLength(routeLimits.routes, `there may be ${routeLimits.routes} routes`),
  z.refine(
    (routes) => JSON.stringify(routes).length <= routeLimits.characters,
    `all routes together may have ${routeLimits.characters} characters`,
  ),
);

/** In characters, of a failure's explanation. */
export const longestReason = 2_000;
/** Of the log. */
export const tailLines = 20;
export const longestTailLine = 1_000;

/**
 * What a run of the builder came to: the one object that it leaves in the activities bucket when it ends,
 * whatever the end was. It is written last, after the log, and never changed. A script could write it too: it is
 * believed about nothing but its own activity, and its size has limits.
 */
export const BuildResult = z.object({
  result: z.enum(['success', 'failure']),
  /** For a failure: what happened and what to do about it, in a sentence or two. */
  because: z.string().check(z.maxLength(longestReason)),
  /** Set for a failure that neither the repository's scripts nor its settings have caused. */
  fault: z.exactOptional(z.literal('infrastructure')),
  /** Empty after a failure or a teardown. */
  routes: Routes,
  /** The last lines of the log. */
  log_tail: z.array(z.string().check(z.maxLength(longestTailLine))).check(z.maxLength(tailLines)),
  /** Seconds that each step took, 0 for one that was not reached. */
  timings: z.object({ restore: z.number(), data: z.number(), deploy: z.number(), publish: z.number() }),
});
export type BuildResult = z.infer<typeof BuildResult>;

/** What a run of the builder is for; written before it starts, and never changed. */
export const BuildInput = z.object({
  commit: z.string(),
  /** Keys of the mirror's bundles, in the order in which they follow each other: too many for a build's variables. */
  bundles: z.array(z.string()),
  environment: z.string(),
  /** The environment whose data it may read beside its own. */
  data_from: z.nullable(z.string()),
  /** The secret that the build shows to be given credentials. */
  permit: z.string(),
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
