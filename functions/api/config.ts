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
  /** The role that builds assume, each with session tags of its own environment. */
  ENVIRONMENT_ROLE_ARN: z.string(),
  /** The longest time of a build, in minutes. */
  BUILD_MINUTES: z.string(),
  KEY_ARN: z.string(),
  /** The code of CodeBuild's quota of concurrent builds for the builder's compute type. */
  BUILD_QUOTA_CODE: z.string(),
  /** The number of functions that run concurrently under full load. */
  NEEDED_EXECUTIONS: z.string(),
  SCHEDULE_NAME: z.string(),
  /** Empty when alarms have no subscriber. */
  ALARM_TOPIC_ARN: z.string(),
  API_URL: z.string(),
  /** The text by which the distribution of sites identifies its requests for error pages. */
  DISTRIBUTION_KEY: z.string().check(z.minLength(1)),
  SITES_URL: z.string(),
  ...EndpointVariables.shape,
});
/** A parsed `Config`. */
export type Config = z.infer<typeof Config>;
