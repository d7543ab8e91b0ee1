import * as z from 'zod/mini';
import { ActivityResult, ActivityState, EmptyObject, Link, Operation, Time } from './common.ts';

/** A unit of work on an environment, an integration or a project. */
export const Activity = z.object({
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  type: z.string(),
  parameters: EmptyObject,
  project: z.string(),
  integration: z.exactOptional(z.string()),
  environments: z.array(z.string()),
  state: ActivityState,
  result: ActivityResult,
  failure_reason: z.nullable(z.literal('error')),
  started_at: z.nullable(Time),
  completed_at: z.nullable(Time),
  completion_percent: z.number(),
  cancelled_at: z.nullable(Time),
  timings: z
    .object({ wait: z.exactOptional(z.number()), execute: z.exactOptional(z.number()) })
    .check(z.describe('Seconds that the activity waited and ran')),
  log: z.string(),
  payload: z
    .object({
      because: z.string(),
      commit: z.nullable(z.string()),
      waiting: z
        .nullable(z.object({ since: z.string(), next_try: z.nullable(z.string()) }))
        .check(z.describe('Set while a limit or an outage delays the activity; `because` names it')),
    })
    .check(z.describe('The reason of the activity, its commit, and its delay')),
  description: z.string().check(z.describe('The text, escaped for HTML')),
  text: z.string(),
  expires_at: z.null(),
  commands: z.array(z.string()),
  _links: z.object({
    self: Link,
    log: Link,
    '#cancel': Operation,
  }),
});
/** A parsed `Activity`. */
export type Activity = z.infer<typeof Activity>;

/** One line of an activity's log. The last line of a complete log is the seal. */
export const LogLine = z.union([
  z.object({ seal: z.literal(true) }),
  z.object({ data: z.object({ timestamp: Time, message: z.string() }) }),
]);
/** A parsed `LogLine`. */
export type LogLine = z.infer<typeof LogLine>;

/** The beginning and the end of an activity, as an environment's or a project's view shows them. */
export const LastActivity = z.object({
  id: z.string(),
  type: z.string(),
  state: ActivityState,
  result: ActivityResult,
  because: z.string().check(z.describe('The reason, at most 200 characters of it')),
  created_at: Time,
  completed_at: z.nullable(Time),
});
/** A parsed `LastActivity`. */
export type LastActivity = z.infer<typeof LastActivity>;
