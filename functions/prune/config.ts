import * as z from 'zod/mini';
import { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';

/** The prune function's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  METRICS_NAMESPACE: z.string(),
  EVENTS_QUEUE_URL: z.string(),
  ACTIVITIES_QUEUE_URL: z.string(),
  KEY_ARN: z.string(),
  API_URL: z.string(),
  ...EndpointVariables.shape,
});
export type Config = z.infer<typeof Config>;
