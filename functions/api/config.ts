import * as z from 'zod/mini';
import { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';

/** The management API's environment: the construct that deploys it must set exactly this. */
export const Config = z.object({
  TABLE_NAME: z.string(),
  EVENTS_QUEUE_URL: z.string(),
  EVENTS_DEAD_LETTERS_URL: z.string(),
  ACTIVITIES_QUEUE_URL: z.string(),
  ACTIVITIES_DEAD_LETTERS_URL: z.string(),
  PRUNE_DEAD_LETTERS_URL: z.string(),
  ACTIVITIES_BUCKET: z.string(),
  MIRROR_BUCKET: z.string(),
  SITES_BUCKET: z.string(),
  /** What builds act with, each for its own environment. */
  ENVIRONMENT_ROLE_ARN: z.string(),
  KEY_ARN: z.string(),
  /** The code of the quota of builds at the same time, on the machines that builds run on. */
  BUILD_QUOTA_CODE: z.string(),
  /** So many functions run at the same time when there is much to do. */
  NEEDED_EXECUTIONS: z.string(),
  SCHEDULE_NAME: z.string(),
  /** Empty when nobody is told of alarms. */
  ALARM_TOPIC_ARN: z.string(),
  API_URL: z.string(),
  SITES_URL: z.string(),
  ...EndpointVariables.shape,
});
export type Config = z.infer<typeof Config>;
