import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTables,
  type DynamoDb,
  type DynamoDbEngine,
  startDynamoDb,
} from '../../../local/aws/dynamodb/dynamodb.ts';
import { dynamoStores } from '../../../shared/adapters/aws/dynamodb/stores.ts';
import { timeouts } from '../../../shared/adapters/aws/timeouts.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { anEnvironment, anIntegration, aProject, aRunningActivity } from '../../support/builders.ts';
import { collect } from '../../support/chunks.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { memoryStores } from '../../support/memory-stores.ts';
import { stackResources } from '../../support/stack-resources.ts';
import { describeStores } from '../../support/store-contract.ts';
import { aws } from '../support.ts';

describe('a store in memory', () => {
  const stores = memoryStores();
  describeStores(() => stores);
});

function isInstalled(engine: DynamoDbEngine): boolean {
  try {
    createRequire(import.meta.url).resolve(
      engine === 'dynalite' ? engine : '@dynoxide/linux-x64/package.json',
    );
    return true;
  } catch {
    return false;
  }
}

describe.each(['dynoxide', 'dynalite'] as const)(
  'a store in DynamoDB, on %s',
  { timeout: 120_000 },
  (engine) => {
    describe.skipIf(!isInstalled(engine))(
      isInstalled(engine) ? 'as deployed' : 'which is not installed here',
      () => {
        let directory: string;
        let dynamodb: DynamoDb;
        let client: DynamoDBClient;
        let tableName: string;
        let ttlAttribute: string | undefined;
        const stores = () => dynamoStores(client, tableName);

        beforeAll(async () => {
          directory = await mkdtemp(join(tmpdir(), 'bough-stores-'));
          dynamodb = await startDynamoDb({ directory, engine, log: () => undefined });
          client = new DynamoDBClient({ ...aws, ...timeouts, endpoint: dynamodb.endpoint });
          const { tables, template } = await stackResources();
          const [table] = tables;
          if (!table || tables.length > 1) throw new Error('the stack has not exactly one table');
          await createTables(client, tables, directory);
          tableName = table.ref;
          ttlAttribute = ttlOf(template, table.id);
        });
        afterAll(async () => {
          client.destroy();
          await dynamodb.stop();
          await rm(directory, { recursive: true });
        });

        const partition = async (pk: string) => {
          const { Items = [] } = await client.send(
            new QueryCommand({
              TableName: tableName,
              KeyConditionExpression: 'pk = :pk',
              ExpressionAttributeValues: marshall({ ':pk': pk }),
            }),
          );
          return Items.map((item) => unmarshall(item));
        };
        const rawItem = async (pk: string, sk: string) => {
          const { Item } = await client.send(
            new GetItemCommand({ TableName: tableName, Key: marshall({ pk, sk }), ConsistentRead: true }),
          );
          return Item ? unmarshall(Item) : undefined;
        };

        describeStores(stores);

        it('sets the TTL attribute of a finished activity to 30 days after its end', async () => {
          const environment = anEnvironment({ project: newId() });
          await stores().environments.save(environment, [
            aRunningActivity({ id: 'a', state: 'complete', completed_at: '2026-03-01T12:00:00.500Z' }),
            aRunningActivity({
              id: 'b',
              state: 'cancelled',
              created_at: '2026-03-02T00:00:00Z',
              completed_at: null,
            }),
          ]);
          const expiry = async (id: string) =>
            (await rawItem(`PROJECT#${environment.project}#ACTIVITIES`, id))?.[ttlAttribute ?? ''];
          expect(await expiry('a')).toBe(Date.parse('2026-03-31T12:00:00Z') / 1000);
          expect(await expiry('b')).toBe(Date.parse('2026-04-01T00:00:00Z') / 1000);
        });

        it('stores no unpaired surrogate, which DynamoDB refuses', async () => {
          const environment = anEnvironment({ project: newId(), title: 'Half \ud83c and 🌱' });
          await stores().environments.save(environment);

          expect(await stores().environments.get(environment.project, environment.id)).toEqual({
            ...environment,
            title: 'Half \ufffd and 🌱',
          });
        });

        it('sets no TTL on other items, and indexes projects and integrations only', async () => {
          const project = newId();
          await stores().projects.save(aProject({ id: project }));
          await stores().integrations.save(anIntegration({ project, id: newId() }));
          await stores().environments.save(anEnvironment({ project }), [aRunningActivity({ id: 'a' })]);

          const items = [
            ...(await partition(`PROJECT#${project}`)),
            ...(await partition(`PROJECT#${project}#ACTIVITIES`)),
          ];
          const facts = items.map((item) => ({
            kind: `${item['sk']}`.split('#')[0],
            indexed: 'gsi_pk' in item,
            expires: (ttlAttribute ?? '') in item,
          }));
          expect(facts).toEqual([
            { kind: 'ENVIRONMENT', indexed: false, expires: false },
            { kind: 'INTEGRATION', indexed: true, expires: false },
            { kind: 'PROJECT', indexed: true, expires: false },
            { kind: 'a', indexed: false, expires: true },
          ]);
        });

        describe('whose response is lost', () => {
          let network: HttpServer;
          let losing: string[] = [];
          let unsure: DynamoDBClient;
          beforeAll(async () => {
            network = await startHttpServer(async ({ headers, body }) => {
              const operation = `${headers['x-amz-target']}`.split('.')[1] ?? '';
              const { host: _host, connection: _connection, 'content-length': _length, ...rest } = headers;
              const answer = await fetch(dynamodb.endpoint, { method: 'POST', headers: rest as never, body });
              const text = await answer.text();
              const lost = losing.indexOf(operation);
              if (lost >= 0) {
                losing.splice(lost, 1);
                return 'hang-up';
              }
              return {
                status: answer.status,
                headers: { 'content-type': 'application/x-amz-json-1.0' },
                body: text,
              };
            });
            unsure = new DynamoDBClient({ ...aws, ...timeouts, endpoint: network.url });
          });
          afterAll(async () => {
            unsure.destroy();
            await network.stop();
          });

          it('accepts the SDK’s second attempt to create an item', async () => {
            const environment = anEnvironment({ project: newId() });
            losing = ['PutItem'];
            await dynamoStores(unsure, tableName).environments.save(environment);
            expect(losing).toEqual([]);
            expect(await stores().environments.get(environment.project, environment.id)).toEqual(environment);
          });

          it('accepts the SDK’s second attempt to change an item', async () => {
            const environment = anEnvironment({ project: newId() });
            await stores().environments.save(environment);
            losing = ['PutItem'];
            await dynamoStores(unsure, tableName).environments.save({
              ...environment,
              title: 'new',
              version: 2,
            });
            expect(await stores().environments.get(environment.project, environment.id)).toMatchObject({
              title: 'new',
              version: 2,
            });
          });

          it('sends no empty key, which DynamoDB refuses and emulators accept', async () => {
            await collect(dynamoStores(unsure, tableName).finished.listOf(newId()));
            expect(network.requests.at(-1)?.body).toContain('KeyConditionExpression');
            expect(network.requests.at(-1)?.body).not.toContain('""');
          });

          it('still detects a conflict', async () => {
            const environment = anEnvironment({ project: newId() });
            await stores().environments.save(environment);
            losing = ['PutItem'];
            await expect(
              dynamoStores(unsure, tableName).environments.save({ ...environment, title: 'other' }),
            ).rejects.toThrow(StoreConflict);
          });
        });
      },
    );
  },
);

describe('a call to AWS without a response', () => {
  it('times out', async () => {
    const silent = await startHttpServer(() => 'silence');
    const client = new DynamoDBClient({
      ...aws,
      requestHandler: { ...timeouts.requestHandler, requestTimeout: 100 },
      maxAttempts: 1,
      endpoint: silent.url,
    });
    try {
      await expect(dynamoStores(client, 'table').projects.get('p1')).rejects.toThrow(/requestTimeout/);
    } finally {
      client.destroy();
      await silent.stop();
    }
  });
});

function ttlOf(template: unknown, id: string): string | undefined {
  const { Resources } = template as {
    Resources: Record<string, { Properties: { TimeToLiveSpecification?: { AttributeName: string } } }>;
  };
  return Resources[id]?.Properties.TimeToLiveSpecification?.AttributeName;
}
