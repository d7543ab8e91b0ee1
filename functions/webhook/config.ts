import * as z from 'zod/mini';

/** The webhook function's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  EVENTS_QUEUE_URL: z.string(),
  KEY_ARN: z.string(),
});
/** A parsed `Config`. */
export type Config = z.infer<typeof Config>;
