import * as z from 'zod/mini';

/** The processor's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  METRICS_NAMESPACE: z.string(),
  EVENTS_QUEUE_URL: z.string(),
  ACTIVITIES_QUEUE_URL: z.string(),
  ACTIVITIES_BUCKET: z.string(),
});
/** A parsed `Config`. */
export type Config = z.infer<typeof Config>;
