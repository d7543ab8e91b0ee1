import { subjectOf } from '../../../shared/adapters/aws/queues/message-subject.ts';
import { DeadLetters, HandledDeadLetters } from '../../../shared/api/dead-letter.ts';
import { withoutPermit } from '../../../shared/domain/values/redact.ts';
import type { DeadLetter } from '../../../shared/ports/dead-letters.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import { DeadLetterIds } from '../inputs/dead-letters.ts';
import type { ApiPorts } from '../ports.ts';
import { deadLetterView } from '../views/dead-letter.ts';

/** The routes of dead letters of all projects. */
export function deadLetterRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/dead-letters',
      id: 'list-dead-letters',
      summary: 'List the messages whose processing failed too often, with the reasons',
      find: (params) => params,
      responses: { 200: DeadLetters },
      async handle() {
        const { letters, hasMore } = await ports.deadLetters.list();
        const items = await Promise.all(
          letters.map(async (letter) => deadLetterView(letter, await ports.failures.get(letter.id))),
        );
        return json(200, { items, has_more: hasMore });
      },
    }),
    route({
      method: 'POST',
      path: '/dead-letters/replay',
      id: 'replay-dead-letters',
      summary:
        'Process messages again; ticks of the schedule are refused, because the next tick does the same work',
      find: (params) => params,
      body: DeadLetterIds,
      responses: { 200: HandledDeadLetters },
      async handle({ body: { ids } }) {
        const replayed = await ports.deadLetters.replay(ids);
        for (const { id, queue, body } of replayed)
          ports.log.info('dead letter replayed', { ...subjectOf(body), messageId: id, queue });
        return json(200, outcomeOf(ids, replayed));
      },
    }),
    route({
      method: 'POST',
      path: '/dead-letters/drop',
      id: 'drop-dead-letters',
      summary: 'Delete messages',
      find: (params) => params,
      body: DeadLetterIds,
      responses: { 200: HandledDeadLetters },
      async handle({ body: { ids } }) {
        const dropped = await ports.deadLetters.drop(ids);
        // The log keeps the content of a deleted message.
        for (const { id, queue, body } of dropped)
          ports.log.info('dead letter dropped', {
            ...subjectOf(body),
            messageId: id,
            queue,
            body: withoutPermit(body),
          });
        return json(200, outcomeOf(ids, dropped));
      },
    }),
  ];
}

function outcomeOf(ids: readonly string[], handled: readonly DeadLetter[]) {
  const done = handled.map(({ id }) => id);
  return { done, missing: ids.filter((id) => !done.includes(id)) };
}
