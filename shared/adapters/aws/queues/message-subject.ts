import * as z from 'zod/mini';
import { jsonOrUndefined } from '../../../runtime/json.ts';
import { BuildEndedMessage, variablesOf } from './messages.ts';

const text = z.catch(z.optional(z.string()), undefined);

/** The entities that a queue message concerns, as fields of a log line. */
export interface Subject {
  project?: string | undefined;
  integration?: string | undefined;
  environment?: string | undefined;
  activity?: string | undefined;
  delivery?: string | undefined;
  origin?: string | undefined;
}

const AnyMessage = z.object({
  project: text,
  integration: text,
  environment: text,
  activity: z.catch(z.optional(z.object({ id: z.string() })), undefined),
  /** The activity whose build is to be stopped. */
  build: text,
  report: z.catch(z.optional(z.object({ environment: z.string(), activity: z.string() })), undefined),
  delivery: text,
  origin: text,
});

/** Reads the subject of a message as far as possible: a message that failed may have any content. */
export function subjectOf(body: string): Subject {
  const message = jsonOrUndefined(body);
  const ended = BuildEndedMessage.safeParse(message);
  if (ended.success) {
    const {
      BOUGH_PROJECT: project,
      BOUGH_ENVIRONMENT: environment,
      BOUGH_ACTIVITY: activity,
    } = variablesOf(ended.data);
    return { project, environment, activity };
  }
  const subject = AnyMessage.safeParse(message);
  if (!subject.success) return {};
  const { activity, build, report, environment = report?.environment, ...rest } = subject.data;
  return { ...rest, environment, activity: activity?.id ?? build ?? report?.activity };
}
