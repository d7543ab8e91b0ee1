import { readFile } from 'node:fs/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { it } from 'vitest';
import { dynamoMessageFailures } from '../../../shared/adapters/aws/dynamodb/message-failures.ts';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { shop } from './a-team.ts';
import { openIntegration } from './integrations.ts';
import type { OnStage, Stage } from './stage.ts';

/** Puts messages into the dead-letter queue of events, with the reason that the processor stores. */
async function giveUp({ variables }: Stage, because: string, ...messages: object[]): Promise<void> {
  const settings = await readFile(variables, 'utf8');
  const clientOf = (service: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: new RegExp(`^AWS_ENDPOINT_URL_${service}=(.+)$`, 'm').exec(settings)?.[1] ?? '',
  });
  const sqs = new SQSClient({ ...clientOf('SQS'), useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(clientOf('DYNAMODB'));
  const { TableNames: [table = ''] = [] } = await dynamodb.send(new ListTablesCommand());
  const failures = dynamoMessageFailures(dynamoTable(dynamodb, table), systemClock);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
  const QueueUrl = QueueUrls.find((url) => url.includes('EventsQueueDeadLetters'));
  for (const message of messages) {
    const sent = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) });
    const { MessageId = '' } = await sqs.send(sent);
    await failures.record(MessageId, 5, new Error(because));
  }
  sqs.destroy();
  dynamodb.destroy();
}

/** Messages that were given up, and the checks. */
export function useOfOperations(on: OnStage): void {
  it('shows dead letters with their reason, and drops one', async () => {
    const stage = on();
    const { page, button, link, confirm, text, projects, api } = stage;
    const { body } = await api('Shop', 'GET', '/integrations');
    const about = { project: projects.get('Shop'), integration: body[0].id, origin: 'a delivery' };
    await giveUp(
      stage,
      'DynamoDB is away',
      { ...about, event: { type: 'repository.changed' } },
      { ...about, event: { type: 'branch.deleted', branch: 'no/such' } },
    );
    await link('Operations').click();
    await text('DynamoDB is away').waitFor();
    await page.getByRole('checkbox', { name: /^Select branch.deleted/ }).check();
    await button('Drop').click();
    await confirm('Drop');
    await text('One dead letter dropped').waitFor();
    await page.getByRole('checkbox', { name: /^Select branch.deleted/ }).waitFor({ state: 'detached' });
  });

  it('replays the other one, which then does its work', async () => {
    const stage = on();
    const { page, button, confirm, text } = stage;
    await page.getByRole('checkbox', { name: /^Select repository.changed/ }).check();
    await button('Replay').click();
    await confirm('Replay');
    await text('One dead letter replayed').waitFor();
    await text('Nothing was given up').waitFor();
    await openIntegration(stage, 'Shop', shop);
    const fetched = page.getByRole('row').filter({ hasText: 'Bitbucket reported repository.changed' });
    await fetched.getByText('Succeeded').waitFor();
  });

  it('shows the checks of bough doctor', async () => {
    const { page, link } = on();
    await link('Operations').click();
    const checks = page.getByRole('table', { name: 'Checks' });
    await checks.getByRole('row').filter({ hasText: 'schedule' }).getByText('Problem').waitFor();
  });
}
