import * as z from 'zod/mini';

const text = z.catch(z.optional(z.string()), undefined);
const Subject = z.object({
  project: text,
  integration: text,
  environment: text,
  activity: z.catch(z.optional(z.object({ id: z.string() })), undefined),
  /** Names the delivery, where there was one. */
  origin: text,
});

/** Whose a message is, as far as that can be read: what could not be processed need not be what it should be. */
export function subjectOf(body: string): Record<string, string | undefined> {
  const subject = Subject.safeParse(parse(body));
  if (!subject.success) return {};
  const { activity, ...rest } = subject.data;
  return { ...rest, activity: activity?.id };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
