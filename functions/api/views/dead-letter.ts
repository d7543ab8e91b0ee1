import * as z from 'zod/mini';
import type { DeadLetter as Resource } from '../../../shared/api/dead-letter.ts';
import type { MessageFailure } from '../../../shared/domain/deployment/message-failure.ts';
import { withoutAccount, withoutPermit } from '../../../shared/domain/values/redact.ts';
import { cut } from '../../../shared/domain/values/text.ts';
import type { DeadLetter } from '../../../shared/ports/dead-letters.ts';
import { jsonOrUndefined } from '../../../shared/runtime/json.ts';
import { failureOfTick } from './failed-tick.ts';

/** The number of characters shown of a message, so that a response can list hundreds. */
const longestBody = 1000;

/**
 * The view of a dead letter.
 * @param recorded the failure that its processor recorded
 */
export function deadLetterView(letter: DeadLetter, recorded: MessageFailure | null): Resource {
  const { id, queue, body, sent_at } = letter;
  const failure = queue === 'prune' ? failureOfTick(letter) : recorded;
  return {
    id,
    queue,
    ...(queue === 'prune' ? { type: 'prune', project: null } : subjectOf(body)),
    sent_at,
    failure: failure && { ...failure, because: withoutAccount(failure.because) },
    body: cut(withoutPermit(body), longestBody),
  };
}

const Text = z.catch(z.nullable(z.string()), null);
/** The readable part of a message. The rest can have any format, which may be the reason of the failure. */
const AnyMessage = z.object({
  type: Text,
  project: Text,
  event: z.catch(z.nullable(z.object({ type: z.string() })), null),
});
const BuildEnded = z.object({
  detail: z.object({
    'additional-information': z.object({
      environment: z.object({
        'environment-variables': z.array(z.object({ name: z.string(), value: z.string() })),
      }),
    }),
  }),
});

function subjectOf(body: string): Pick<Resource, 'type' | 'project'> {
  const document = jsonOrUndefined(body);
  const build = BuildEnded.safeParse(document);
  if (build.success) {
    const variables = build.data.detail['additional-information'].environment['environment-variables'];
    const project = variables.find(({ name }) => name === 'BOUGH_PROJECT')?.value ?? null;
    return { type: 'build.ended', project };
  }
  const { data } = AnyMessage.safeParse(document);
  return { type: data?.event?.type ?? data?.type ?? 'unknown', project: data?.project ?? null };
}
