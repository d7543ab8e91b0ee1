import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SmallStack, startSmallStack, template } from '../../small-stack.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const below = (id: string, path: string) => ({ 'Fn::Join': ['', [arnOf(id), path]] });
const allow = (Action: string | string[], Resource: unknown, rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});

/** The small stack, with these statements in the role of all its functions. */
async function startWith(...Statement: object[]): Promise<SmallStack> {
  const Policy = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'Policy', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement } },
  };
  return startSmallStack({ template: { Resources: { ...template.Resources, Policy } } });
}

/** SDK clients with this access key. */
function clientsOf({ endpoints }: SmallStack, accessKeyId: string) {
  const account = {
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'any' },
  };
  const clients = {
    dynamodb: new DynamoDBClient({ ...account, endpoint: endpoints.dynamodb }),
    sqs: new SQSClient({ ...account, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...account, endpoint: endpoints.s3, forcePathStyle: true }),
    kms: new KMSClient({ ...account, endpoint: endpoints.kms }),
    codebuild: new CodeBuildClient({ ...account, endpoint: endpoints.codebuild }),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return clients;
}

const denied = { name: expect.stringMatching(/^AccessDenied/) };
const item = { pk: { S: 'a' }, sk: { S: 'b' } };

describe('a function calls AWS with an access key of its own', () => {
  it('and DynamoDB does what its role allows, and not on an index that it does not name', async () => {
    const stack = await startWith(allow(['dynamodb:GetItem', 'dynamodb:Query'], arnOf('Table')));
    const { dynamodb } = clientsOf(stack, 'local-Http');
    const TableName = stack.resources['Table'];
    const query = {
      TableName,
      ExpressionAttributeValues: { ':v': { S: 'a' } },
    };

    await dynamodb.send(new GetItemCommand({ TableName, Key: item }));
    await dynamodb.send(new QueryCommand({ ...query, KeyConditionExpression: 'pk = :v' }));
    await expect(dynamodb.send(new PutItemCommand({ TableName, Item: item }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /local-Http is not authorized to perform: dynamodb:PutItem on .*table\/Table/,
      ),
    });
    await expect(
      dynamodb.send(new QueryCommand({ ...query, IndexName: 'index', KeyConditionExpression: 'gpk = :v' })),
    ).rejects.toMatchObject(denied);
  });

  it('and SQS does what its role allows, also in batches', async () => {
    const stack = await startWith(allow('sqs:SendMessage', arnOf('Idle')));
    const { sqs } = clientsOf(stack, 'local-Http');
    const QueueUrl = stack.resources['Idle'];
    const Entries = [{ Id: '1', MessageBody: '{}' }];

    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject(denied);
    const elsewhere = new SendMessageBatchCommand({ QueueUrl: stack.resources['Work'], Entries });
    await expect(sqs.send(elsewhere)).rejects.toMatchObject(denied);
  });

  it('and KMS does what its role allows, for the purpose that it allows', async () => {
    const stack = await startWith(
      allow('kms:Decrypt', arnOf('Key'), {
        Condition: { StringEquals: { 'kms:EncryptionContext:purpose': 'webhook' } },
      }),
    );
    const KeyId = stack.resources['Key'];
    const encrypted = async (purpose: string) => {
      const { kms } = clientsOf(stack, 'local');
      const EncryptionContext = { purpose };
      const Plaintext = Buffer.from('secret');
      const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
      return new DecryptCommand({ CiphertextBlob, EncryptionContext });
    };
    const { kms } = clientsOf(stack, 'local-Http');

    expect((await kms.send(await encrypted('webhook'))).Plaintext).toEqual(
      new Uint8Array(Buffer.from('secret')),
    );
    await expect(kms.send(await encrypted('credentials'))).rejects.toMatchObject(denied);
    await expect(
      kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('secret') })),
    ).rejects.toMatchObject(denied);
  });

  it('and CodeBuild does what its role allows', async () => {
    const stack = await startWith(allow('codebuild:StartBuild', arnOf('Builder')));
    const { codebuild } = clientsOf(stack, 'local-Http');

    const { build } = await codebuild.send(
      new StartBuildCommand({ projectName: stack.resources['Builder'] }),
    );
    const id = build?.id ?? '';
    await expect(codebuild.send(new BatchGetBuildsCommand({ ids: [id] }))).rejects.toMatchObject(denied);
    await expect(codebuild.send(new StopBuildCommand({ id }))).rejects.toMatchObject(denied);
  });

  it('and S3 does what its role allows, below the prefix that it allows', async () => {
    const stack = await startWith(allow(['s3:GetObject', 's3:PutObject'], below('Sites', '/mine/*')));
    const { s3 } = clientsOf(stack, 'local-Http');
    const Bucket = stack.resources['Sites'];
    const administrator = clientsOf(stack, 'local').s3;
    const Body = 'text';
    await administrator.send(new PutObjectCommand({ Bucket, Key: 'theirs/a', Body }));

    await s3.send(new PutObjectCommand({ Bucket, Key: 'mine/a', Body }));
    await s3.send(new GetObjectCommand({ Bucket, Key: 'mine/a' }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mine/b' }));
    const refused = [
      s3.send(new PutObjectCommand({ Bucket, Key: 'theirs/b', Body })),
      s3.send(new GetObjectCommand({ Bucket, Key: 'theirs/a' })),
      s3.send(new CopyObjectCommand({ Bucket, Key: 'mine/c', CopySource: `${Bucket}/theirs/a` })),
      s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'theirs/b' })),
      s3.send(new ListObjectsV2Command({ Bucket })),
    ];
    for (const { reason } of await settled(refused)) expect(reason).toMatchObject(denied);
  });

  it('and DeleteObjects deletes the objects that the role allows', async () => {
    const stack = await startWith(allow('s3:DeleteObject', below('Sites', '/mine/*')));
    const Bucket = stack.resources['Sites'];
    const Objects = [{ Key: 'mine/a' }, { Key: 'theirs/a' }];

    const { Deleted, Errors } = await clientsOf(stack, 'local-Http').s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );
    expect(Deleted).toEqual([{ Key: 'mine/a' }]);
    expect(Errors).toMatchObject([{ Key: 'theirs/a', Code: 'AccessDenied' }]);
  });

  it('and S3 reports a missing object only if the role may list the bucket', async () => {
    const missing = { Key: 'missing' };
    const blind = await startWith(allow('s3:GetObject', below('Sites', '/*')));
    const seeing = await startWith(
      allow('s3:GetObject', below('Sites', '/*')),
      allow('s3:ListBucket', arnOf('Sites')),
    );
    const get = (stack: SmallStack) =>
      clientsOf(stack, 'local-Http').s3.send(
        new GetObjectCommand({ Bucket: stack.resources['Sites'], ...missing }),
      );

    await expect(get(blind)).rejects.toMatchObject(denied);
    await expect(get(seeing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('and a presigned URL has the rights of its signer', async () => {
    const stack = await startWith(allow('s3:GetObject', below('Sites', '/mine/*')));
    const Bucket = stack.resources['Sites'];
    const administrator = clientsOf(stack, 'local').s3;
    const credential = encodeURIComponent('local-Http/20261122/us-east-1/s3/aws4_request');
    const status = async (Key: string) => {
      await administrator.send(new PutObjectCommand({ Bucket, Key, Body: 'text' }));
      return (await fetch(`${stack.endpoints.s3}/${Bucket}/${Key}?X-Amz-Credential=${credential}`)).status;
    };

    expect([await status('mine/a'), await status('theirs/a')]).toEqual([200, 403]);
  });

  it('and an unsigned request may do nothing', async () => {
    const stack = await startWith(allow('*', '*'));

    const answer = await fetch(`${stack.endpoints.s3}/${stack.resources['Sites']}/a`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
  });
});

/** Waits for promises that must all reject. */
async function settled(promises: readonly Promise<unknown>[]) {
  const results = await Promise.allSettled(promises);
  return results.map((result) => (result.status === 'rejected' ? result : { reason: 'it was allowed' }));
}
