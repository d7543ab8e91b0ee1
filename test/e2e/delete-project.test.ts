import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb.ts';
import { openStorage } from '../../local/aws/s3/storage.ts';
import { aWorkingCopy, call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts, user } from '../support/story.ts';

const integration = (repository: string) => ({
  type: 'bitbucket',
  repository,
  app_credentials: { key: 'demo-key', secret: 'demo-secret' },
});

describe('A project is deleted, and another beside it is not', () => {
  const [mine, beside] = ['team/shop', 'team/other'];
  const ids = { mine: '', beside: '' };
  let story: Story;
  const api = (method: string, path: string, body?: unknown) => call(method, story.stack.apiUrl + path, body);

  async function aProjectWith(repository: string): Promise<string> {
    const { body } = await api('POST', '/projects', { title: repository });
    const { id } = body._embedded.entity;
    expect(await api('POST', `/projects/${id}/integrations`, integration(repository))).toMatchObject({
      status: 201,
    });
    return id;
  }
  const deployed = (project: string, environment: string) =>
    eventually(`${environment} is deployed`, async () => {
      const { body } = await api('GET', `/projects/${project}/environments/${environment}`);
      return body.status === 'active' && body.has_deployment;
    });

  beforeAll(async () => {
    // No schedule: a prune must not be what deletes.
    story = await beginStory(mine, { BOUGH_SCHEDULE_SECONDS: '0' });
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');
    await story.work.git('switch', '--quiet', '--create', 'feature/cart');
    await story.work.commit({ 'page.txt': 'second version' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');
    await story.onCloud('POST', '/pullrequests', {
      title: 'A cart',
      source: { branch: { name: 'feature/cart' } },
    });
    await story.playground.createRepository(beside);
    const other = await aWorkingCopy(`${story.playground.url.replace('//', `//${user}@`)}/${beside}.git`);
    await other.commit({ 'index.html': 'beside' });
    await other.git('push', '--quiet', 'origin', 'main');
    await other.remove();
  });

  afterAll(async () => story?.end());

  it('both have environments, data, sites, mirrors and webhooks', async () => {
    ids.mine = await aProjectWith(mine);
    ids.beside = await aProjectWith(beside);

    await deployed(ids.mine, 'main');
    await deployed(ids.mine, 'pr-1');
    await deployed(ids.beside, 'main');
    expect((await story.onCloud('GET', '/hooks')).body.values).toHaveLength(1);
  });

  it('is gone soon after it was asked for, webhook included', async () => {
    const { status, body } = await api('DELETE', `/projects/${ids.mine}`);

    expect(status).toBe(200);
    expect(body.webhook_errors).toEqual([]);
    expect(body._embedded.activities).toEqual([]);
    expect(body._embedded.entity.status.code).toBe('deleting');
    expect((await story.onCloud('GET', '/hooks')).body.values).toEqual([]);
    await eventually('the project is gone', async () => {
      return (await api('GET', `/projects/${ids.mine}`)).status === 404;
    });
    expect((await api('GET', '/projects')).body.map(({ id }: { id: string }) => id)).toEqual([ids.beside]);
  });

  it('leaves the other as it was, with its webhook', async () => {
    await deployed(ids.beside, 'main');
    const { body } = await call(
      'GET',
      `${story.playground.apiUrl}/repositories/${beside}/hooks`,
      undefined,
      user,
    );
    expect(body.values).toHaveLength(1);
  });

  it('leaves nothing behind in any bucket, nor in the table', async () => {
    await story.stack.stop();

    const stored = [...(await objectsIn(story.state)), ...(await itemsIn(story.state))];

    expect(stored.filter((name) => name.includes(ids.mine))).toEqual([]);
    for (const kind of ['mirror', 'sites', 'activities', 'item']) {
      const others = stored.filter((name) => name.startsWith(kind) && name.includes(ids.beside));
      expect({ kind, count: others.length }).toEqual({ kind, count: expect.toSatisfy((n) => n > 0) });
    }
  });
});

async function objectsIn(state: string): Promise<string[]> {
  const storage = await openStorage(join(state, 's3'));
  const names = storage.list().flatMap((bucket) => {
    const kind = /mirror|sites|activities|data/.exec(bucket)?.[0] ?? bucket;
    return [...storage.bucket(bucket).keysFrom('')].map((key) => `${kind} ${key}`);
  });
  await storage.close();
  return names;
}

/** Returns every item of every table. */
async function itemsIn(state: string): Promise<string[]> {
  const dynamodb = await startDynamoDb({ directory: join(state, 'dynamodb'), log: () => undefined });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1', credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const answers = await Promise.all(
    TableNames.map((TableName) => client.send(new ScanCommand({ TableName }))),
  );
  client.destroy();
  await dynamodb.stop();
  return answers.flatMap(({ Items = [] }) => Items.map((item) => `item ${JSON.stringify(item)}`));
}
