import * as z from 'zod/mini';

/** The prune function's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  ACTIVITIES_QUEUE_URL: z.string(),
  /** The window over which prunes are spread; SQS delays a message by 900 seconds at most. */
  SPREAD_SECONDS: z.string().check(z.regex(/^\d{1,3}$/)),
});
/** A parsed `Config`. */
export type Config = z.infer<typeof Config>;
