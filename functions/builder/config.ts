import * as z from 'zod/mini';

/** What the CodeBuild project sets for every build. */
export const ProjectConfig = z.object({
  MIRROR_BUCKET: z.string(),
  SITES_BUCKET: z.string(),
  DATA_BUCKET: z.string(),
  ACTIVITIES_BUCKET: z.string(),
  /** The management API's base URL, without a trailing slash: who gives out credentials. */
  API_URL: z.string(),
  /** Where sites are, as `siteUrl` takes it. */
  SITES_URL: z.string(),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;
