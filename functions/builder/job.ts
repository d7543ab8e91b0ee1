import * as z from 'zod/mini';

/** A part of object keys and host names. Never empty, because an empty prefix would be the whole bucket. */
const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/));
const orEmpty = z._default(z.string(), '');

/**
 * The environment variables of one build, in addition to those of the CodeBuild project (`ProjectConfig`).
 * The start of a build sets exactly these variables; all are strings.
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
  /** The id of the environment whose data is copied: the parent, or its nearest ancestor with data; or empty. */
  BOUGH_DATA_FROM: orEmpty,
  BOUGH_DATA_FROM_MACHINE_NAME: z._default(z.union([name, z.literal('')]), ''),
  BOUGH_CLONE_DATA: z.enum(['true', 'false']),
  BOUGH_RESOURCES: z._default(z.enum(['default', 'minimum', 'parent']), 'default'),
  /** Whether search engines are asked not to index the site. */
  BOUGH_RESTRICT_ROBOTS: z._default(z.enum(['true', 'false']), 'false'),
  BOUGH_ACTIVITY: name,
  /** The secret that the build exchanges for credentials. */
  BOUGH_PERMIT: z.string().check(z.minLength(1)),
});
/** A parsed `Job`. */
export type Job = z.infer<typeof Job>;

/** The names of the variables of `Job`. */
export const jobVariables = Object.keys(Job.shape);
