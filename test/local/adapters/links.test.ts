import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables, type DynamoDb, startDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts';
import { hoursOfReplacement, linksOf } from '../../../shared/adapters/aws/dynamodb/links.ts';
import { dynamoStores } from '../../../shared/adapters/aws/dynamodb/stores.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { anEnvironment, aProject, aPullRequestEnvironment } from '../../support/builders.ts';
import { stackResources } from '../../support/stack-resources.ts';
import { aws } from '../support.ts';

const childOf = (value: string) => ({ type: 'child_of' as const, value });

describe('the links of environments', { timeout: 60_000 }, () => {
  let directory: string;
  let dynamodb: DynamoDb;
  let client: DynamoDBClient;
  let tableName: string;
  const puts: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bough-links-'));
    dynamodb = await startDynamoDb({ directory, log: () => undefined });
    client = new DynamoDBClient({ ...aws, endpoint: dynamodb.endpoint });
    const { tables } = await stackResources();
    await createTables(client, tables, directory);
    tableName = tables[0]?.ref ?? '';
    client.middlewareStack.add(
      (next) => async (args) => {
        const pk: string | undefined = Object(args.input).Item?.pk?.S;
        if (pk) puts.push(pk);
        return next(args);
      },
      { step: 'initialize' },
    );
  });
  afterAll(async () => {
    client.destroy();
    await dynamodb.stop();
    await rm(directory, { recursive: true });
  });

  // A new process each time, which remembers nothing.
  const environments = () => dynamoStores(client, tableName).environments;
  const put = (item: object) =>
    client.send(
      new PutItemCommand({ TableName: tableName, Item: marshall(item, { removeUndefinedValues: true }) }),
    );
  /** Stores an environment as an earlier version did. */
  const putUnlinked = (environment: Environment) =>
    put({ ...environment, pk: `PROJECT#${environment.project}`, sk: `ENVIRONMENT#${environment.id}` });
  const linksIn = async (project: string) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': linksOf(project) }),
      }),
    );
    return Items.map((item) => unmarshall(item)).filter(({ sk }) => sk !== 'COMPLETE');
  };
  const aNewProject = async () => {
    const project = newId();
    await dynamoStores(client, tableName).projects.save(aProject({ id: project }));
    return project;
  };

  it('are written with a new environment and a move, and not with a change of anything else', async () => {
    const project = await aNewProject();
    const first = aPullRequestEnvironment({ project });
    await environments().save(first);
    // Its name, its parent, its source and its target.
    expect(await linksIn(project)).toHaveLength(4);

    puts.length = 0;
    await environments().save({ ...first, title: 'other', version: 2 });
    expect(puts.filter((pk) => pk === linksOf(project))).toEqual([]);

    await environments().save({ ...first, parent: 'other', version: 3 });
    expect(puts.filter((pk) => pk === linksOf(project))).toHaveLength(1);
    expect(await linksIn(project)).toHaveLength(4);
  });

  it('go with their environment, and with their project', async () => {
    const project = await aNewProject();
    const [one, other] = [anEnvironment({ project }), anEnvironment({ project, id: 'other' })];
    await environments().save(one);
    await environments().save(other);

    await environments().remove(one);
    expect((await linksIn(project)).map(({ environment }) => environment)).toEqual(['other', 'other']);

    await dynamoStores(client, tableName).projects.erase(project);
    expect(await linksIn(project)).toEqual([]);
  });

  it('that another version wrote again stay when a slower writer removes its own', async () => {
    const project = await aNewProject();
    const away = anEnvironment({ project, parent: 'a' });
    await environments().save(away);
    const { send } = client;
    // Right before the slower writer removes the link to `a`, another one moves the environment back.
    const sending = async (command: object) => {
      if (command.constructor.name === 'DeleteItemCommand') {
        client.send = send;
        await environments().save({ ...away, parent: 'a', version: 3 });
      }
      return Reflect.apply(send, client, [command]);
    };
    Object.assign(client, { send: sending });
    await environments().save({ ...away, parent: 'b', version: 2 });

    expect(await environments().related(project, childOf('a'))).toMatchObject([{ version: 3 }]);
    expect(await environments().related(project, childOf('b'))).toEqual([]);
  });

  it('of an environment that an earlier version stored are written with its next change', async () => {
    const project = await aNewProject();
    const old = anEnvironment({ project, parent: 'a' });
    await putUnlinked(old);

    await environments().save({ ...old, version: 2 });

    expect(await environments().related(project, childOf('a'))).toMatchObject([{ id: old.id }]);
  });

  describe('in a project of an earlier version', () => {
    it('are not relied on before all are written and every earlier function has ended', async () => {
      const project = newId();
      const old = anEnvironment({ project, parent: 'a' });
      await putUnlinked(old);
      const find = async () => (await environments().related(project, childOf('a'))).map(({ id }) => id);
      expect(await find()).toEqual([old.id]);

      // The first listing writes what is missing.
      expect(await environments().relinked(project)).toEqual([{ ...old, version: 2 }]);
      expect(await linksIn(project)).toHaveLength(2);
      // A function of the earlier version stores another environment, which is found all the same.
      await putUnlinked({ ...old, id: 'late' });
      expect(await find()).toEqual([old.id, 'late']);

      const before = new Date(Date.now() - hoursOfReplacement * 3_600_000 - 1000).toISOString();
      const completion = { pk: linksOf(project), sk: 'COMPLETE', complete: false };
      await put({ ...completion, since: before });
      await environments().relinked(project);
      await putUnlinked({ ...old, id: 'later' });
      expect(await find()).toEqual([old.id, 'late', 'later']);
      await environments().relinked(project);

      // Nothing was missing for longer than an earlier function runs.
      await put({ ...completion, since: before });
      await environments().relinked(project);
      await putUnlinked({ ...old, id: 'never' });
      expect(await find()).toEqual([old.id, 'late', 'later']);
      expect(await environments().relinked(project)).toHaveLength(4);
      expect(await find()).toEqual([old.id, 'late', 'later', 'never']);
    });
  });
});
