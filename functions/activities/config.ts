import * as z from 'zod/mini';
import { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';

/** The activities function's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  METRICS_NAMESPACE: z.string(),
  EVENTS_QUEUE_URL: z.string(),
  ACTIVITIES_QUEUE_URL: z.string(),
  ACTIVITIES_BUCKET: z.string(),
  MIRROR_BUCKET: z.string(),
  DATA_BUCKET: z.string(),
  SITES_BUCKET: z.string(),
  /** The KeyValueStore with the access rules of sites. */
  SITE_RULES_ARN: z.string(),
  KEY_ARN: z.string(),
  BUILDER_PROJECT: z.string(),
  /** The management API's public base URL, without a trailing slash: webhooks and log links start with it. */
  API_URL: z.string(),
  ...EndpointVariables.shape,
});
/** A parsed `Config`. */
export type Config = z.infer<typeof Config>;
