import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settlingSeconds } from '../../../functions/api/queries/changes.ts';
import { createTables, type DynamoDb, startDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts';
import { dynamoStores } from '../../../shared/adapters/aws/dynamodb/stores.ts';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import { pushRequest } from '../../../shared/domain/activities/requests.ts';
import { changeWith } from '../../../shared/domain/rules/decision.ts';
import { newActivityId, newId } from '../../../shared/runtime/ids.ts';
import { commitDecision } from '../../../shared/workflow/commit/commit-decision.ts';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anIntegration,
  aProject,
  aRoute,
  aRunningActivity,
  commit,
} from '../../support/builders.ts';
import { canImport, importItems } from '../../support/imported-tables.ts';
import { stackResources } from '../../support/stack-resources.ts';
import { aws } from '../support.ts';

const sizes = canImport ? [10, 10_000] : [10];
const polled = 'feature/a-branch-with-a-number-3';

/** The environments of a project, as items of the table. One has an activity. */
function environmentsOf(project: string, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const id = `feature/a-branch-with-a-number-${index}`;
    const activities = id === polled ? [aRunningActivity({ id: 'running' })] : [];
    const environment = anActiveEnvironment({ project, id, activities });
    return marshall({ ...environment, pk: `PROJECT#${project}`, sk: `ENVIRONMENT#${id}` });
  });
}

/** The management API over DynamoDB, with a clock far after all writes, and the consumed capacity of its calls. */
describe('the capacity that DynamoDB reports', { timeout: 120_000 }, () => {
  const directories: string[] = [];
  let dynamodb: DynamoDb;
  let client: DynamoDBClient;
  let tableName: string;
  let consumed = 0;

  const start = async (directory: string) => {
    directories.push(directory);
    dynamodb = await startDynamoDb({ directory, log: () => undefined });
    client = new DynamoDBClient({ ...aws, endpoint: dynamodb.endpoint });
    const { tables } = await stackResources();
    await createTables(client, tables, directory);
    tableName = tables[0]?.ref ?? '';
  };
  const stop = async () => {
    client.destroy();
    await dynamodb.stop();
  };

  beforeAll(async () => {
    await start(await mkdtemp(join(tmpdir(), 'bough-capacity-')));
    if (canImport) {
      const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: tableName }));
      await stop();
      const items = sizes.flatMap((size) => environmentsOf(`of-${size}`, size));
      await start(await importItems(Table, items));
    } else {
      for (const Item of environmentsOf('of-10', 10))
        await client.send(new PutItemCommand({ TableName: tableName, Item }));
    }
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        consumed += unitsIn(result.output);
        return result;
      },
      { step: 'initialize' },
    );
  });
  afterAll(async () => {
    await stop();
    await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
  });

  const unitsOf = async (work: () => Promise<unknown>) => {
    consumed = 0;
    await work();
    return consumed;
  };

  async function aProjectWith(count: number) {
    const stores = dynamoStores(client, tableName);
    const project = `of-${count}`;
    await stores.projects.save(aProject({ id: project }));
    await stores.integrations.save(anIntegration({ project }));
    const world = apiWorld({ stores });
    world.clock.set(new Date(Date.now() + 2 * settlingSeconds * 1000).toISOString());
    return { ...world, project };
  }

  it.each(sizes)('of a poll of an idle page is one read unit, with %d environments', async (count) => {
    const { handler, project } = await aProjectWith(count);
    const read = (path: string, etag?: string) =>
      call(handler, 'GET', `/projects/${project}${path}`, {
        query: path === '/environments' ? 'view=row&count=200' : '',
        headers: etag === undefined ? {} : { 'if-none-match': etag },
      });

    for (const path of [
      '',
      '/changes',
      '/environments',
      `/environments/${polled}`,
      `/environments/${polled}/activities`,
      `/environments/${polled}/activities/running`,
      '/activities',
      '/integrations',
    ]) {
      const { status, headers } = await read(path);
      expect([path, status]).toEqual([path, 200]);
      const poll = async () => expect((await read(path, `${headers['etag']}`)).status).toBe(304);
      expect([path, await unitsOf(poll)]).toEqual([path, 1]);
    }
  });

  it('of the decisions of a push is seven write units, of which the journal takes two', async () => {
    const stores = dynamoStores(client, tableName);
    const ports = { ...stores, effects: { send: async () => undefined } };
    const project = newId();
    const id = 'feature/SHOP-1234-cart';
    const now = new Date().toISOString();
    const url = 'https://d1234567890abc.cloudfront.net/feature-shop-1234-cart-2abcdef-abcdefghijklm/';
    const idle = anActiveEnvironment({
      id,
      project,
      incarnation: newActivityId(new Date()),
      deployment: aDeployment({ id: newActivityId(new Date()), routes: [aRoute({ url, primary: true })] }),
      build_status: {
        commit: commit('A'),
        activity: newActivityId(new Date()),
        state: 'successful',
        description: null,
        undelivered: null,
      },
    });
    await stores.environments.save(idle);
    const moment = { now, activityId: newActivityId(new Date()), delivered_at: now };
    const started = changeWith(idle, pushRequest(commit('B'), id), moment);

    const start = await unitsOf(() => commitDecision(ports, idle, started));
    const busy = await stores.environments.get(project, id);
    const [activity] = busy!.activities;
    const ending = { result: 'success', because: activity!.because } as const;
    const deployment = { ...idle.deployment!, id: activity!.id, commit: commit('B') };
    const outcome = { activity: activity!.id, ending, commit: commit('B'), deployment };
    const ended = conclude(outcome, busy, { now, activityId: newActivityId(new Date()) });
    if (ended.verdict !== 'change') throw new Error(ended.because);
    const end = await unitsOf(() => commitDecision(ports, busy, ended));

    // The environment has more than 1 KB while it has an activity, and DynamoDB bills the larger of two versions.
    expect([start, end]).toEqual([2 + 1, 2 + 1 + 1]);
  });
});

function unitsIn(output: unknown): number {
  const { ConsumedCapacity: found } = Object(output);
  return [found ?? []].flat().reduce((sum: number, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
}
