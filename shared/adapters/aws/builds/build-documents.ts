import * as z from 'zod/mini';
import { routeLimits, routeUrl } from '../../../domain/environments/routes.ts';

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

/** An environment's routes. The limits keep them within the size of the environment's record. */
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
/** The limit of each of these lines, in characters. */
export const longestTailLine = 1_000;

/**
 * The result of a builder run. The builder writes this object to the activities bucket last, after the log, and never
 * changes it. The repository's scripts could write it too, so the result affects only its own activity and has a size
 * limit.
 */
export const BuildResult = z.object({
  result: z.enum(['success', 'failure']),
  /** For a failure: the cause and the remedy, in one or two sentences. */
  because: z.string().check(z.maxLength(longestReason)),
  /** Set when neither the repository's scripts nor its settings caused the failure. */
  fault: z.exactOptional(z.literal('infrastructure')),
  /** Empty after a failure or a teardown. */
  routes: Routes,
  /** The last lines of the log. */
  log_tail: z.array(z.string().check(z.maxLength(longestTailLine))).check(z.maxLength(tailLines)),
  /** Seconds per step; 0 for a step that did not run. */
  timings: z.object({
    restore: z.number(),
    /** Restoring and storing; absent in the results of earlier versions. */
    cache: z._default(z.number(), 0),
    data: z.number(),
    deploy: z.number(),
    publish: z.number(),
  }),
});
/** A parsed result of a builder run. */
export type BuildResult = z.infer<typeof BuildResult>;

/** The input of a builder run, written before the build starts and never changed. */
export const BuildInput = z.object({
  commit: z.string(),
  /** Keys of the mirror's bundles in their order: too many for environment variables. */
  bundles: z.array(z.string()),
  environment: z.string(),
  /** The environment whose data the build may read in addition to its own. */
  data_from: z.nullable(z.string()),
  /** The secret that the build presents to get credentials. */
  permit: z.string(),
});
/** A parsed input of a builder run. */
export type BuildInput = z.infer<typeof BuildInput>;

/** The id of an activity's CodeBuild build, written after the start. */
export const StartedBuild = z.object({ id: z.string() });

/** The keys of an activity's objects in the activities bucket. */
export function activityKeys(project: string, activity: string) {
  const base = `${project}/${activity}`;
  return {
    log: `${base}.log`,
    input: `${base}.build.json`,
    started: `${base}.started.json`,
    result: `${base}.result.json`,
  };
}
