import * as z from 'zod/mini';

/** What the CodeBuild project sets for every build. */
export const ProjectConfig = z.object({
  MIRROR_BUCKET: z.string(),
  SITES_BUCKET: z.string(),
  DATA_BUCKET: z.string(),
  ACTIVITIES_BUCKET: z.string(),
  /** Base URL under which sites are published, without a trailing slash. */
  SITES_URL: z.string(),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;
