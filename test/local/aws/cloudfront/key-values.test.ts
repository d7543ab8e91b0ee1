import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { expect, it, onTestFinished } from 'vitest';
import { createKeyValueServer } from '../../../../local/aws/cloudfront/key-value-server.ts';
import { openKeyValueStores } from '../../../../local/aws/cloudfront/key-value-stores.ts';
import { type Allows, accessKeyOf, createAuthorizer } from '../../../../local/aws/iam/authorizer.ts';
import type { Call } from '../../../../local/aws/iam/call.ts';
import { resolveLocalhostNames } from '../../../../local/runtime/localhost-names.ts';
import { keyValueSiteRules } from '../../../../shared/adapters/aws/cloudfront/site-rules.ts';
import { StoreConflict } from '../../../../shared/ports/store-conflict.ts';
import { aws, serve, temporaryDirectory } from '../../support.ts';

const KvsARN = 'arn:aws:cloudfront::000000000000:key-value-store/5f1a2b3c-0000-4000-8000-000000000000';

resolveLocalhostNames();

async function aStore({ directory = '', allows = undefined as Allows | undefined, accessKey = '' } = {}) {
  const stores = await openKeyValueStores(directory || (await temporaryDirectory()));
  stores.create(KvsARN);
  const { port } = new URL(await serve(createKeyValueServer(stores, allows)));
  const client = new CloudFrontKeyValueStoreClient({
    ...aws,
    ...(accessKey && { credentials: { accessKeyId: accessKey, secretAccessKey: 'local' } }),
    endpoint: `http://localhost:${port}`,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return { client, rules: keyValueSiteRules(client, KvsARN), items: () => stores.find(KvsARN).items };
}

it('rules are written and removed at the version that was read', async () => {
  const { rules, items } = await aStore();
  const first = await rules.version();
  await rules.write(
    first,
    new Map([
      ['a', '{"a":["-*"]}'],
      ['b', 'größer'],
      ['none', null],
    ]),
  );
  const second = await rules.version();
  expect(second).not.toBe(first);
  expect(Object.fromEntries(items())).toEqual({ a: '{"a":["-*"]}', b: 'größer' });

  await expect(rules.write(first, new Map([['a', null]]))).rejects.toThrow(StoreConflict);
  await rules.write(
    second,
    new Map([
      ['a', null],
      ['b', 'new'],
      ['none', null],
    ]),
  );
  expect(Object.fromEntries(items())).toEqual({ b: 'new' });
});

it('of many writers at one version one wins', async () => {
  const { rules, items } = await aStore();
  const version = await rules.version();
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, (_, at) => rules.write(version, new Map([[`site-${at}`, 'x']]))),
  );

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(items().size).toBe(1);
});

it('the same value written again has another version', async () => {
  const { rules } = await aStore();
  const first = await rules.version();
  await rules.write(first, new Map([['a', 'x']]));
  const second = await rules.version();
  await rules.write(second, new Map([['a', 'x']]));

  expect(new Set([first, second, await rules.version()]).size).toBe(3);
});

it('rules survive a restart', async () => {
  const directory = await temporaryDirectory();
  const { rules } = await aStore({ directory });
  await rules.write(await rules.version(), new Map([['a', 'x']]));

  expect(Object.fromEntries((await aStore({ directory })).items())).toEqual({ a: 'x' });
});

it.each([
  ['a value of more than 1 KB', { Puts: [{ Key: 'a', Value: 'x'.repeat(1025) }] }, 'ValidationException'],
  ['a key of more than 512 bytes', { Puts: [{ Key: 'ä'.repeat(257), Value: 'x' }] }, 'ValidationException'],
  ['nothing', {}, 'ValidationException'],
  [
    'more than 50 keys',
    { Puts: Array.from({ length: 51 }, (_, at) => ({ Key: `${at}`, Value: 'x' })) },
    'ValidationException',
  ],
  ['the removal of a missing key', { Deletes: [{ Key: 'a' }] }, 'ResourceNotFoundException'],
])('the store refuses %s', async (_, changes, name) => {
  const { client, items } = await aStore();
  const { ETag: IfMatch } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));

  await expect(client.send(new UpdateKeysCommand({ KvsARN, IfMatch, ...changes }))).rejects.toMatchObject({
    name,
  });
  expect(items().size).toBe(0);
});

it('the store takes at most 5 MB', async () => {
  const { rules, items } = await aStore();
  const batch = (from: number) =>
    new Map(Array.from({ length: 50 }, (_, at) => [`${from}-${at}`, 'x'.repeat(1000)] as const));
  const fill = async () => {
    for (let from = 0; ; from += 1) await rules.write(await rules.version(), batch(from));
  };

  await expect(fill()).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  expect(items().size).toBe(5200);
});

it('another store is not found', async () => {
  const { client } = await aStore();
  const other = KvsARN.replace('5f1a', '0000');

  await expect(client.send(new DescribeKeyValueStoreCommand({ KvsARN: other }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('each call needs a permission on the store', async () => {
  const asked: Call[] = [];
  const accessKey = accessKeyOf('worker');
  const { rules } = await aStore({
    accessKey,
    allows: (key, call) => key === accessKey && asked.push(call) > 0,
  });
  await rules.write(
    await rules.version(),
    new Map([
      ['a', null],
      ['b', 'x'],
    ]),
  );
  expect(asked.map(({ action }) => action.split(':')[1])).toEqual([
    'DescribeKeyValueStore',
    'GetKey',
    'UpdateKeys',
  ]);
  expect(new Set(asked.map(({ resource }) => resource))).toEqual(new Set([KvsARN]));

  const { client } = await aStore({ accessKey, allows: createAuthorizer().allows });
  await expect(client.send(new GetKeyCommand({ KvsARN, Key: 'a' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
