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
import { wellFormed } from '../../domain/values/text.ts';
import { StoreConflict } from '../../ports/store-conflict.ts';
import { inParallel } from '../../runtime/in-parallel.ts';

/** An item's place in the table: the primary key, and for the few that are listed by themselves a sparse index. */
export interface Place {
  pk: string;
  sk: string;
  gsi_pk?: string;
  gsi_sk?: string;
}

type Key = Record<string, AttributeValue>;

interface Versioned {
  version: number;
  /** Where an item may be removed and made anew under its key: what tells the two apart. */
  incarnation?: string;
}

export interface QueryOptions {
  order?: 'ascending' | 'descending';
  /** The sort key after which it begins, in that order; nothing need be there. */
  start?: string | undefined;
  pageSize?: number | undefined;
}

/** The one table. Every read parses, every write is conditional on the version that was read. */
export interface Table {
  get<T>(place: Place, schema: z.ZodMiniType<T>, consistency?: 'strong' | 'eventual'): Promise<T | null>;
  /** All items of a partition whose sort key starts with `prefix`, a page at a time. */
  query<T>(pk: string, prefix: string, schema: z.ZodMiniType<T>, options?: QueryOptions): AsyncGenerator<T>;
  /** @param start the place after which it begins */
  queryIndex<T>(gsiPk: string, schema: z.ZodMiniType<T>, start?: Place): AsyncGenerator<T>;
  /** Writes an item whose version is one more than the stored one. */
  save<T extends Versioned>(place: Place, item: T): Promise<void>;
  /** Writes an item that never changes, so that writing it again is harmless. */
  record(place: Place, item: object): Promise<void>;
  remove(place: Place, item: Versioned): Promise<void>;
  /** Removes a whole partition, whatever is in it; what comes last in it goes last. */
  erase(pk: string): Promise<void>;
}

export function dynamoTable(client: DynamoDBClient, tableName: string): Table {
  const put = (place: Place, item: object) =>
    marshall(wellFormed({ ...item, ...place }), { removeUndefinedValues: true });

  const read = async ({ pk, sk }: Place, isStrong: boolean) => {
    const Key = marshall({ pk, sk });
    const answer = await client.send(
      new GetItemCommand({ TableName: tableName, Key, ConsistentRead: isStrong }),
    );
    return answer.Item;
  };

  /** A write whose answer got lost is made again by the SDK, and then refused because of itself. */
  const isStored = async (place: Place, item: Record<string, AttributeValue>) =>
    isDeepStrictEqual(await read(place, true), item);

  async function* pages<T>(
    input: Omit<QueryCommandInput, 'TableName'>,
    schema: z.ZodMiniType<T>,
    first: Partial<Place> | undefined,
  ): AsyncGenerator<T> {
    let start: QueryCommandInput['ExclusiveStartKey'] = first && marshall(first);
    do {
      const answer = await client.send(
        new QueryCommand({ TableName: tableName, ...input, ...(start ? { ExclusiveStartKey: start } : {}) }),
      );
      for (const item of answer.Items ?? []) yield schema.parse(unmarshall(item));
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  async function* keysOf(pk: string): AsyncGenerator<Key[]> {
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...wholePartition(pk),
          ProjectionExpression: 'pk, sk',
          ConsistentRead: true,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      yield answer.Items ?? [];
      start = answer.LastEvaluatedKey;
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
    query: (pk, prefix, schema, { order = 'ascending', start, pageSize } = {}) =>
      pages(
        {
          // DynamoDB refuses an empty value for a key, also as a beginning.
          ...(prefix === '' ? wholePartition(pk) : beginningOf(pk, prefix)),
          ScanIndexForward: order === 'ascending',
          ...(pageSize === undefined ? {} : { Limit: pageSize }),
          ConsistentRead: true,
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
    async save(place, item) {
      const isNew = item.version === 1;
      const Item = put(place, item);
      const write = new PutItemCommand({
        TableName: tableName,
        Item,
        ...(isNew ? { ConditionExpression: 'attribute_not_exists(pk)' } : isStill(item, item.version - 1)),
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
    async erase(pk) {
      for await (const keys of keysOf(pk)) {
        const last = keys.at(-1);
        await inParallel(keys.slice(0, -1), writesAtOnce, drop);
        if (last) await drop(last);
      }
    },
  };
}

/** DynamoDB has no longer keys; the parts of a path may be longer. In bytes. */
const longestKey = { pk: 2048, sk: 1024 };

function isKey({ pk, sk }: Place): boolean {
  return Buffer.byteLength(pk) <= longestKey.pk && Buffer.byteLength(sk) <= longestKey.sk;
}

/** How many items are deleted at the same time. */
const writesAtOnce = 16;

function wholePartition(pk: string) {
  return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: marshall({ ':pk': pk }) };
}

function beginningOf(pk: string, prefix: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }),
  };
}

/** The condition that the stored item has this version, and belongs to this incarnation. */
function isStill({ incarnation }: Versioned, version: number) {
  if (incarnation === undefined) {
    return {
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: marshall({ ':before': version }),
    };
  }
  // Items that predate the attribute lack it; their incarnation reads as ''.
  const isSame =
    incarnation === ''
      ? 'attribute_not_exists(incarnation) OR incarnation = :incarnation'
      : 'incarnation = :incarnation';
  return {
    ConditionExpression: `version = :before AND (${isSame})`,
    ExpressionAttributeValues: marshall({ ':before': version, ':incarnation': incarnation }),
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

/** A listing as a whole, for those that are bounded by a project. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
