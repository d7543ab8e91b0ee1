import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { call } from '../../support/running-bough.ts';
import { keepUnusedGrants } from '../../support/unused-grants.ts';
import { makeDeployable, startDeployed } from '../deployed-stack.ts';
import { aws } from '../support.ts';

async function startStack() {
  const { stack, stateDirectory } = await startDeployed(await makeDeployable());
  onTestFinished(async () => {
    await stack.stop();
    await keepUnusedGrants(stateDirectory, import.meta.filename);
  });
  const sqs = new SQSClient({ ...aws, endpoint: stack.endpoints.sqs, useQueueUrlAsEndpoint: false });
  onTestFinished(() => sqs.destroy());
  return {
    ...stack,
    /** Sends a message to a queue, by its name in the CDK. */
    putIn: async (queue: string, message: object) => {
      const url = Object.entries(stack.resources).find(([id]) => id.startsWith(queue))?.[1];
      const sent = new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) });
      return (await sqs.send(sent)).MessageId ?? '';
    },
  };
}

it('the API’s role has exactly the grants to list, count, replay and drop the dead letters of all queues', async () => {
  const { apiUrl, putIn, unusedGrants } = await startStack();
  const ask = (method: string, path: string, body?: object) => call(method, apiUrl + path, body);
  const unused = () => unusedGrants().filter((grant) => /^ApiFunction.*sqs:/.test(grant));
  // The replayed messages have no effect, because their project does not exist.
  const event = await putIn('EventsQueueDeadLetters', {
    project: 'p1',
    integration: 'i1',
    event: { type: 'branch.deleted', branch: 'x' },
    origin: 'a test',
  });
  const effect = await putIn('ActivitiesQueueDeadLetters', { type: 'project.purge', project: 'p1' });
  const tick = await putIn('PruneDeadLetters', { responsePayload: null });

  expect(unused()).toContainEqual(expect.stringMatching(/sqs:DeleteMessage.*PruneDeadLetters/));

  const diagnosis = await ask('GET', '/doctor');
  const listed = await ask('GET', '/dead-letters');
  const refused = await ask('POST', '/dead-letters/replay', { ids: [event, tick] });
  const replayed = await ask('POST', '/dead-letters/replay', { ids: [event, effect] });
  const dropped = await ask('POST', '/dead-letters/drop', { ids: [tick] });

  expect(diagnosis.body.checks).toContainEqual(
    expect.objectContaining({
      id: 'dead-letters',
      because: 'Messages could not be processed: 1 of events, 1 of activities, 1 of prune.',
    }),
  );
  expect(listed.body.items.map(({ id, type }: Record<string, string>) => [id, type])).toEqual([
    [event, 'branch.deleted'],
    [effect, 'project.purge'],
    [tick, 'prune'],
  ]);
  expect(refused).toMatchObject({ status: 400, body: { detail: { error: 'refused' } } });
  expect(refused.body.message).toContain(tick);
  expect(replayed).toMatchObject({ status: 200, body: { done: [event, effect], missing: [] } });
  expect(dropped).toMatchObject({ status: 200, body: { done: [tick], missing: [] } });
  expect(unused()).toEqual([]);
});
