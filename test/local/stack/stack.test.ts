import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PortInUseError, StateInUseError, UnsupportedTemplateError } from '../../../local/errors.ts';
import { closeServer, listen } from '../../../local/http/net.ts';
import { descendantsOf, isAlive } from '../processes.ts';
import { bundleBootstrap, type SmallStack, startSmallStack, template, writeAssets } from '../small-stack.ts';
import { aws, eventually, temporaryDirectory } from '../support.ts';

const clients = ({ endpoints }: SmallStack) => ({
  dynamodb: new DynamoDBClient({ ...aws, endpoint: endpoints.dynamodb }),
  sqs: new SQSClient({ ...aws, endpoint: endpoints.sqs }),
  s3: new S3Client({ ...aws, endpoint: endpoints.s3 }),
  kms: new KMSClient({ ...aws, endpoint: endpoints.kms }),
  codebuild: new CodeBuildClient({ ...aws, endpoint: endpoints.codebuild }),
});

async function nextEvent(stack: SmallStack): Promise<{ detail: { 'build-status': string } }> {
  const { sqs } = clients(stack);
  const command = new ReceiveMessageCommand({ QueueUrl: stack.resources['Idle'], WaitTimeSeconds: 20 });
  const { Messages = [] } = await sqs.send(command);
  return JSON.parse(Messages[0]?.Body ?? 'null');
}

const build = (mode: string) =>
  new StartBuildCommand({
    projectName: 'Builder',
    environmentVariablesOverride: [{ name: 'MODE', value: mode, type: 'PLAINTEXT' }],
  });

describe('the local stack', () => {
  it("sends a build's final state to the queue of the template's rule", async () => {
    const stack = await startSmallStack();
    await clients(stack).codebuild.send(build('fail'));
    expect(await nextEvent(stack)).toMatchObject({
      source: 'aws.codebuild',
      detail: { 'build-status': 'FAILED', 'project-name': 'Builder' },
    });
    await stack.line(({ line }) => line === `bucket sites s3 ${stack.endpoints.s3}`);
  });

  it("serves the objects of the distribution's bucket, without caching", async () => {
    const stack = await startSmallStack();
    const { s3 } = clients(stack);
    const put = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: stack.resources['Sites'], Key: 'main/index.html', Body }));
    await put('before');
    expect(await (await fetch(`${stack.sitesUrl}/main/`)).text()).toBe('before');
    await put('after');
    expect(await (await fetch(`${stack.sitesUrl}/main/`)).text()).toBe('after');
  });

  it('keeps its state over a restart', async () => {
    const first = await startSmallStack();
    const before = clients(first);
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    const { Table, Sites, Key, Idle } = first.resources;
    await before.dynamodb.send(new PutItemCommand({ TableName: Table, Item }));
    await before.s3.send(new PutObjectCommand({ Bucket: Sites, Key: 'a', Body: 'content' }));
    await before.sqs.send(new SendMessageCommand({ QueueUrl: Idle, MessageBody: '"queued"' }));
    const { CiphertextBlob } = await before.kms.send(
      new EncryptCommand({ KeyId: Key, Plaintext: Buffer.from('x') }),
    );
    await first.stop();

    const second = await startSmallStack({ stateDirectory: first.stateDirectory });
    const after = clients(second);
    expect((await after.dynamodb.send(new GetItemCommand({ TableName: Table, Key: Item }))).Item).toEqual(
      Item,
    );
    const object = await after.s3.send(new GetObjectCommand({ Bucket: Sites, Key: 'a' }));
    expect(await object.Body?.transformToString()).toBe('content');
    expect(await nextEvent(second)).toBe('queued');
    expect((await after.kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(
      new Uint8Array([120]),
    );
  });

  it('ends running builds, and reports them after the next start', async () => {
    const first = await startSmallStack();
    await clients(first).codebuild.send(build('hang'));
    const { line } = await first.line((said) => said.line.startsWith('build process '));
    await first.stop();
    expect(await isAlive(Number(line.slice(14)))).toBe(false);
    const second = await startSmallStack({ stateDirectory: first.stateDirectory });
    expect(await nextEvent(second)).toMatchObject({ detail: { 'build-status': 'STOPPED' } });
  });

  it('runs on dynalite without dynoxide', async () => {
    const stack = await startSmallStack({ dynamodb: 'dynalite' });
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    await clients(stack).dynamodb.send(new PutItemCommand({ TableName: 'Table', Item }));
  });

  it('leaves no process when it is killed, not even a busy one', async () => {
    const file = join(await temporaryDirectory(), 'template.json');
    const { Http } = template.Resources;
    const patient = { ...Http, Properties: { ...Http.Properties, Timeout: 900 } };
    await writeFile(file, JSON.stringify({ Resources: { ...template.Resources, Http: patient } }));
    const script = fileURLToPath(new URL('../killed-stack.ts', import.meta.url));
    const args = [file, await writeAssets(), await bundleBootstrap(), await temporaryDirectory()];
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
    const hear = (start: string) =>
      eventually(async () => said.find((line) => line.startsWith(start))?.slice(start.length));

    const { apiUrl, codebuild } = JSON.parse(await hear('ready '));
    const busy = fetch(`${apiUrl}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"do":"block"}',
    }).catch(() => 'dropped');
    await new CodeBuildClient({ ...aws, endpoint: codebuild }).send(build('hang'));
    const [loaded, building] = [await hear('loaded '), await hear('build process ')];
    const below = await descendantsOf(child.pid ?? 0);
    expect(below).toEqual(expect.arrayContaining([Number(loaded), Number(building)]));
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    await busy;
    await eventually(async () => ((await Promise.all(below.map(isAlive))).includes(true) ? undefined : true));
  });
});

describe('a start that fails', () => {
  it.each(['port', 'sitesPort'] as const)('reports that the %s is in use', async (option) => {
    const other = createServer();
    const port = await listen(other, 0);
    onTestFinished(() => closeServer(other));
    const before = await descendantsOf(process.pid);
    const start = startSmallStack({ [option]: port });
    await expect(start).rejects.toBeInstanceOf(PortInUseError);
    await expect(start).rejects.toThrow(`Port ${port} is in use. `);
    await start.catch(() => undefined);
    const left = (await descendantsOf(process.pid)).filter((pid) => !before.includes(pid));
    expect(await Promise.all(left.map(isAlive))).not.toContain(true);
  });

  it('reports that another stack uses the state directory', async () => {
    const { stateDirectory, stop } = await startSmallStack();
    await expect(startSmallStack({ stateDirectory })).rejects.toBeInstanceOf(StateInUseError);
    await stop();
    await startSmallStack({ stateDirectory });
  });

  it('names the unsupported feature, and leaves nothing running', async () => {
    const Stream = { Type: 'AWS::Kinesis::Stream', Properties: {} };
    const start = startSmallStack({ template: { Resources: { ...template.Resources, Stream } } });
    await expect(start).rejects.toBeInstanceOf(UnsupportedTemplateError);
    await expect(start).rejects.toThrow('AWS::Kinesis::Stream');
  });
});
