import * as z from 'zod/mini';

/** The environment variables that the CodeBuild project sets for every build. */
export const ProjectConfig = z.object({
  MIRROR_BUCKET: z.string(),
  SITES_BUCKET: z.string(),
  DATA_BUCKET: z.string(),
  ACTIVITIES_BUCKET: z.string(),
  /** The base URL, without a trailing slash, of the management API, which issues credentials. */
  API_URL: z.string(),
  /** The base URL of published sites, as `siteUrl` expects it. */
  SITES_URL: z.string(),
  /** The compute that runs builds. */
  COMPUTE: z.enum(['lambda', 'container']),
  /** The longest time of a build, in minutes. */
  TIMEOUT_MINUTES: z.string().check(z.regex(/^\d+$/)),
});
/** A parsed `ProjectConfig`. */
export type ProjectConfig = z.infer<typeof ProjectConfig>;
