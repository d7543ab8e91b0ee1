import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type * as z from 'zod/mini';
import { wellFormed } from '../../../domain/values/text.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import { inParallel } from '../../../runtime/in-parallel.ts';

/** An item's keys: the primary key, and the key in the sparse index for items that are listed across projects. */
export interface Place {
  pk: string;
  sk: string;
  gsi_pk?: string;
  gsi_sk?: string;
}

type Key = Record<string, AttributeValue>;

interface Versioned {
  version: number;
  /** Distinguishes an item from an earlier, removed item with the same key. */
  incarnation?: string;
}

/** Options of a query within a partition. */
export interface QueryOptions {
  order?: 'ascending' | 'descending';
  /** The exclusive start, a sort key. No item needs to have this key. */
  start?: string | undefined;
  pageSize?: number | undefined;
  consistency?: 'strong' | 'eventual' | undefined;
}

/** The DynamoDB table. Every read validates its items; every `save` and `remove` is conditional on the version that was read. */
export interface Table {
  get<T>(place: Place, schema: z.ZodMiniType<T>, consistency?: 'strong' | 'eventual'): Promise<T | null>;
  /** All items of a partition whose sort key starts with `prefix`, read page by page. */
  query<T>(pk: string, prefix: string, schema: z.ZodMiniType<T>, options?: QueryOptions): AsyncGenerator<T>;
  /** @param start the exclusive start */
  queryIndex<T>(gsiPk: string, schema: z.ZodMiniType<T>, start?: Place): AsyncGenerator<T>;
  /**
   * Writes an item whose version is one higher than the stored version.
   * @param mark an attribute of the item that the stored item must have with the same value
   * @throws StoreConflict
   */
  save<T extends Versioned>(place: Place, item: T, mark?: { name: string; value: string }): Promise<void>;
  /** Writes an item unconditionally: one that never changes, or one of which the last write counts. */
  record(place: Place, item: object): Promise<void>;
  /** @throws StoreConflict when the stored item has another version */
  remove(place: Place, item: Versioned): Promise<void>;
  /** Removes an item if this version of its owner, or an earlier one of the same incarnation, wrote it. */
  discard(place: Place, owner: Required<Versioned>): Promise<void>;
  /** Removes all items of a partition whose sort key starts with `prefix`, the last one in key order last. */
  erase(pk: string, prefix?: string): Promise<void>;
}

/** Creates the access to a table with the keys `pk` and `sk` and the index `index`. */
export function dynamoTable(client: DynamoDBClient, tableName: string): Table {
  const put = (place: Place, item: object) =>
    marshall(wellFormed({ ...item, ...place }), { removeUndefinedValues: true });

  const read = async ({ pk, sk }: Place, isStrong: boolean) => {
    const Key = marshall({ pk, sk });
    const response = await client.send(
      new GetItemCommand({ TableName: tableName, Key, ConsistentRead: isStrong }),
    );
    return response.Item;
  };

  /** True when the SDK's retry of a write with a lost response conflicted with the first, successful attempt. */
  const isStored = async (place: Place, item: Record<string, AttributeValue>) =>
    isDeepStrictEqual(await read(place, true), item);

  async function* pages<T>(
    input: Omit<QueryCommandInput, 'TableName'>,
    schema: z.ZodMiniType<T>,
    first: Partial<Place> | undefined,
  ): AsyncGenerator<T> {
    let start: QueryCommandInput['ExclusiveStartKey'] = first && marshall(first);
    do {
      const response = await client.send(
        new QueryCommand({ TableName: tableName, ...input, ...(start ? { ExclusiveStartKey: start } : {}) }),
      );
      for (const item of response.Items ?? []) yield schema.parse(unmarshall(item));
      start = response.LastEvaluatedKey;
    } while (start);
  }

  async function* keysOf(pk: string, prefix: string): AsyncGenerator<Key[]> {
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const response = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...itemsOf(pk, prefix),
          ProjectionExpression: 'pk, sk',
          ConsistentRead: true,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      yield response.Items ?? [];
      start = response.LastEvaluatedKey;
    } while (start);
  }

  const drop = async (Key: Key) => {
    await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
  };

  return {
    async get(place, schema, consistency = 'strong') {
      const item = isKey(place) ? await read(place, consistency === 'strong') : null;
      return item ? schema.parse(unmarshall(item)) : null;
    },
    query: (pk, prefix, schema, { order = 'ascending', start, pageSize, consistency } = {}) =>
      pages(
        {
          ...itemsOf(pk, prefix),
          ScanIndexForward: order === 'ascending',
          ...(pageSize === undefined ? {} : { Limit: pageSize }),
          ConsistentRead: consistency !== 'eventual',
        },
        schema,
        start === undefined ? undefined : { pk, sk: start },
      ),
    queryIndex: (gsiPk, schema, start) =>
      pages(
        {
          IndexName: 'index',
          KeyConditionExpression: 'gsi_pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': gsiPk }),
        },
        schema,
        start,
      ),
    async save(place, item, mark) {
      const isNew = item.version === 1;
      const Item = put(place, item);
      const before = isStill(item, item.version - 1);
      const isExpected = mark ? withMark(before, mark) : before;
      const write = new PutItemCommand({
        TableName: tableName,
        Item,
        ...(isNew ? { ConditionExpression: 'attribute_not_exists(pk)' } : isExpected),
      });
      await refusing(place, () => client.send(write)).catch(async (error: unknown) => {
        if (!(error instanceof StoreConflict) || !(await isStored(place, Item))) throw error;
      });
    },
    async record(place, item) {
      await client.send(new PutItemCommand({ TableName: tableName, Item: put(place, item) }));
    },
    async remove(place, item) {
      await refusing(place, () =>
        client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: marshall({ pk: place.pk, sk: place.sk }),
            ...isStill(item, item.version),
          }),
        ),
      );
    },
    async discard({ pk, sk }, { incarnation, version }) {
      const remove = new DeleteItemCommand({
        TableName: tableName,
        Key: marshall({ pk, sk }),
        ConditionExpression: 'version <= :version AND incarnation = :incarnation',
        ExpressionAttributeValues: marshall({ ':version': version, ':incarnation': incarnation }),
      });
      await client.send(remove).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    },
    async erase(pk, prefix = '') {
      for await (const keys of keysOf(pk, prefix)) {
        const last = keys.at(-1);
        await inParallel(keys.slice(0, -1), writesAtOnce, drop);
        if (last) await drop(last);
      }
    },
  };
}

/** DynamoDB's limits in bytes. The parts of a request path may be longer, and then no item exists. */
const longestKey = { pk: 2048, sk: 1024 };

function isKey({ pk, sk }: Place): boolean {
  return Buffer.byteLength(pk) <= longestKey.pk && Buffer.byteLength(sk) <= longestKey.sk;
}

/** The number of concurrent deletions. */
const writesAtOnce = 16;

function itemsOf(pk: string, prefix: string) {
  // DynamoDB rejects an empty prefix in begins_with.
  if (prefix === '')
    return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: marshall({ ':pk': pk }) };
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }),
  };
}

/** The condition that the stored item has this version and the same incarnation. */
function isStill({ incarnation }: Versioned, version: number) {
  if (incarnation === undefined) {
    return {
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: marshall({ ':before': version }),
    };
  }
  // Items from before this attribute existed have none; their incarnation is read as ''.
  const isSame =
    incarnation === ''
      ? 'attribute_not_exists(incarnation) OR incarnation = :incarnation'
      : 'incarnation = :incarnation';
  return {
    ConditionExpression: `version = :before AND (${isSame})`,
    ExpressionAttributeValues: marshall({ ':before': version, ':incarnation': incarnation }),
  };
}

/** A condition, and that the stored item has the same mark. */
function withMark(
  { ConditionExpression, ExpressionAttributeValues }: ReturnType<typeof isStill>,
  { name, value }: { name: string; value: string },
) {
  return {
    ConditionExpression: `${ConditionExpression} AND ${name} = :mark`,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...marshall({ ':mark': value }) },
  };
}

async function refusing(place: Place, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) {
      throw new StoreConflict(`${place.sk} was changed by someone else.`, { cause });
    }
    throw cause;
  }
}

/** Reads a whole listing into memory, for listings that are limited to one project. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
