import * as z from 'zod/mini';

/** A part of object keys and host names. Never empty: a prefix made of it must not be a whole bucket. */
const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/));
const orEmpty = z._default(z.string(), '');

/**
 * What one build is told through its environment, beside what the CodeBuild project sets (`ProjectConfig`).
 * Whoever starts a build sets exactly these variables; all are strings.
 */
export const Job = z.object({
  BOUGH_ACTION: z.enum(['deploy', 'teardown']),
  BOUGH_PROJECT: name,
  BOUGH_INTEGRATION: z.string(),
  BOUGH_ENVIRONMENT: z.string().check(z.minLength(1)),
  BOUGH_ENVIRONMENT_TYPE: z.enum(['production', 'staging', 'development']),
  BOUGH_MACHINE_NAME: name,
  BOUGH_BRANCH: z.string(),
  BOUGH_COMMIT: z.string().check(z.regex(/^[0-9a-f]{40}$/)),
  /** The pull request's number, or empty. */
  BOUGH_PULL_REQUEST: z._default(z.string().check(z.regex(/^\d*$/)), ''),
  /** The parent environment's id, or empty. */
  BOUGH_PARENT: orEmpty,
  /** The environment whose data is copied: the parent, or whoever has data in its place; or empty. */
  BOUGH_DATA_FROM: orEmpty,
  BOUGH_DATA_FROM_MACHINE_NAME: z._default(z.union([name, z.literal('')]), ''),
  BOUGH_CLONE_DATA: z.enum(['true', 'false']),
  BOUGH_RESOURCES: z._default(z.enum(['default', 'minimum', 'parent']), 'default'),
  BOUGH_ACTIVITY: name,
  /** What the build shows to be given credentials. */
  BOUGH_PERMIT: z.string().check(z.minLength(1)),
});
export type Job = z.infer<typeof Job>;

/** The names of the variables above. */
export const jobVariables = Object.keys(Job.shape);
