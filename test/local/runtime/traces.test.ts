import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Assembly } from '../../../local/template/assembly.ts';
import { dynamoStores } from '../../../shared/adapters/aws/dynamodb/stores.ts';
import { kmsSecrets } from '../../../shared/adapters/aws/kms-secrets.ts';
import { anIntegration, aProject, integrationId, projectId } from '../../support/builders.ts';
import { fixtureDelivery, signed } from '../../support/deliveries.ts';
import { makeDeployable, startDeployed } from '../deployed-stack.ts';
import { aws, eventually } from '../support.ts';

const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }),
  ),
});
type Resources = z.infer<typeof Template>['Resources'];

let deployable: Assembly;
beforeAll(async () => {
  deployable = await makeDeployable();
});

/** Bough's template, except that the processor reads from another queue, and no function reads activities. */
function interrupted(template: unknown): unknown {
  const { Resources, ...rest } = Template.parse(template);
  const changed = Object.entries(Resources).flatMap(([id, resource]): [string, Resources[string]][] => {
    if (resource.Type !== 'AWS::Lambda::EventSourceMapping') return [[id, resource]];
    if (!id.startsWith('Processor')) return [];
    const EventSourceArn = { 'Fn::GetAtt': ['Between', 'Arn'] };
    return [[id, { ...resource, Properties: { ...resource.Properties, EventSourceArn } }]];
  });
  const Between = { Type: 'AWS::SQS::Queue', Properties: {} };
  return { ...rest, Resources: { ...Object.fromEntries(changed), Between } };
}

async function startInterrupted() {
  const template = interrupted(deployable.template);
  const { stack, recorder } = await startDeployed({ ...deployable, template });
  onTestFinished(() => stack.stop());
  /** Finds a resource by its name in the CDK, without the hash. */
  const resource = (name: string) =>
    Object.entries(stack.resources).find(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name)?.[1] ??
    expect.unreachable(`no ${name} among ${Object.keys(stack.resources)}`);
  const sqs = new SQSClient({ ...aws, endpoint: stack.endpoints.sqs, useQueueUrlAsEndpoint: false });
  onTestFinished(() => sqs.destroy());
  return {
    ...stack,
    resource,
    /** Log entries of a function with this message. */
    logged: async (message: string): Promise<Record<string, string>> =>
      JSON.parse((await recorder.line(({ line }) => line.includes(`"message":"${message}"`))).line),
    receive: (queue: string): Promise<Message> =>
      eventually(async () => {
        const { Messages } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: resource(queue),
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ['AWSTraceHeader'],
          }),
        );
        return Messages?.[0];
      }),
    send: (queue: string, MessageBody: string | undefined) =>
      sqs.send(new SendMessageCommand({ QueueUrl: resource(queue), MessageBody })),
  };
}
type Stack = Awaited<ReturnType<typeof startInterrupted>>;

/** Creates a project whose integration accepts deliveries signed with `secret`. */
async function addIntegration({ endpoints, resource }: Stack, secret: string) {
  const dynamodb = new DynamoDBClient({ ...aws, endpoint: endpoints.dynamodb });
  const kms = new KMSClient({ ...aws, endpoint: endpoints.kms });
  const { projects, integrations } = dynamoStores(dynamodb, resource('StorageTable'));
  const secrets = kmsSecrets(kms, `arn:aws:kms:us-east-1:000000000000:key/${resource('StorageKey')}`);
  const repository_uuid = '{ccc487e7-cb30-4a24-aba9-2676051cc657}';
  const sealed_webhook_secret = await secrets.seal('webhook', anIntegration(), secret);
  await projects.save(aProject());
  await integrations.save(anIntegration({ repository_uuid, sealed_webhook_secret }));
  dynamodb.destroy();
  kms.destroy();
}

const rootOf = ({ Attributes }: Message) => /Root=([^;]+)/.exec(Attributes?.AWSTraceHeader ?? '')?.[1];

it('a delivery can be followed over both queues: in X-Ray by the senders’ traces, in the log by ids', async () => {
  const stack = await startInterrupted();
  const { apiUrl, logged, receive, send } = stack;
  await addIntegration(stack, 'secret');
  const { headers, body } = signed(fixtureDelivery('repo.push.branch-created'), 'secret');

  const answer = await fetch(`${apiUrl}/projects/${projectId}/integrations/${integrationId}/hook`, {
    method: 'POST',
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, value ?? '']),
    body: Buffer.from(body),
  });
  expect(answer.status).toBe(202);
  const accepted = await logged('delivery accepted');
  const event = await receive('EventsQueue');
  await send('Between', event.Body);
  const decided = await logged('decided: change');
  const effect = await receive('ActivitiesQueue');

  expect([rootOf(event), rootOf(effect)]).toEqual([accepted['trace'], decided['trace']]);
  expect(decided['trace']).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  expect(decided['trace']).not.toBe(accepted['trace']);
  const place = { project: projectId, integration: integrationId, delivery: headers['x-request-uuid'] };
  expect(accepted).toMatchObject(place);
  expect(decided).toMatchObject({ ...place, environment: 'feature/login' });
  expect(JSON.parse(effect.Body ?? '')).toMatchObject({ activity: { id: decided['activity'] } });
});
