import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { s3ActivityLog } from '../../shared/adapters/aws/activity-log.ts';
import { activityKeys, BuildInput } from '../../shared/adapters/aws/build-result.ts';
import { s3BuildResults } from '../../shared/adapters/aws/build-results.ts';
import { codebuildBuilder } from '../../shared/adapters/aws/codebuild-builder.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../support/aws-stand-ins.ts';
import { aPullRequestEnvironment, aRunningActivity } from '../support/builders.ts';
import { startHttpServer } from '../support/http-server.ts';
import { aws } from './support.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

describe('a secret', () => {
  const integration = { project: 'p1', id: 'i1' };
  const sealing = (key = 0) => kmsSecrets(local.kms, local.keyIds[key] ?? '');

  it.each(['a secret', 'ünï🌱', 'with\nlines\0and zeros', 'x'.repeat(4096)])(
    'comes back as it was sealed',
    async (text) => {
      const sealed = await sealing().seal('webhook', integration, text);
      expect(sealed).not.toContain(text);
      expect(await sealing().open('webhook', integration, sealed)).toBe(text);
    },
  );

  it('is sealed differently each time', async () => {
    const seal = () => sealing().seal('webhook', integration, 'same');
    expect(await seal()).not.toBe(await seal());
  });

  it.each([
    ['another purpose', 'credentials' as const, integration],
    ['another integration', 'webhook' as const, { project: 'p1', id: 'i2' }],
    ['another project', 'webhook' as const, { project: 'p2', id: 'i1' }],
  ])('cannot be opened for %s', async (_, purpose, other) => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing().open(purpose, other, sealed)).rejects.toThrow();
  });

  it('cannot be opened under another key, or when it was changed', async () => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing(1).open('webhook', integration, sealed)).rejects.toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(sealing().open('webhook', integration, bytes.toString('base64'))).rejects.toThrow();
  });

  it('is opened once for all who ask, and a failure is not remembered', async () => {
    const secrets = sealing();
    const sealed = await secrets.seal('webhook', integration, 'text');
    const before = local.calls.kms;
    const open = () => secrets.open('webhook', integration, sealed);
    expect(await Promise.all([open(), open(), open()])).toEqual(['text', 'text', 'text']);
    expect(await open()).toBe('text');
    expect(local.calls.kms - before).toBe(1);

    const wrong = () => secrets.open('credentials', integration, sealed);
    await expect(wrong()).rejects.toThrow();
    await expect(wrong()).rejects.toThrow();
    expect(local.calls.kms - before).toBe(3);
  });
});

describe('the log of an activity', () => {
  const activityLog = () => s3ActivityLog(local.s3, local.bucket);
  const linesOf = async (project: string, activity: string) => {
    const text = (await contentOf(local, activityKeys(project, activity).log)).toString();
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: { timestamp: string; message: string } });
  };

  it('grows by what is appended, a line of JSON each', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', ['Reading refs/heads/main']);
    await activityLog().append(project, 'a1', ['ünï 🌱', 'two\nlines', '']);
    const lines = await linesOf(project, 'a1');
    expect(lines.map(({ data }) => data.message)).toEqual([
      'Reading refs/heads/main\n',
      'ünï 🌱\n',
      'two\nlines\n',
      '\n',
    ]);
    for (const { data } of lines) expect(new Date(data.timestamp).toISOString()).toBe(data.timestamp);
  });

  it('does not exist before its first line', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', []);
    expect(await keysOf(local, project)).toEqual([]);
  });

  it('is one for each activity', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', ['one']);
    await activityLog().append(project, 'a2', ['two']);
    expect((await linesOf(project, 'a1')).map(({ data }) => data.message)).toEqual(['one\n']);
  });
});

describe('the result of a build', () => {
  const results = () => s3BuildResults(local.s3, local.bucket);
  const put = (project: string, body: string) =>
    local.s3.send(
      new PutObjectCommand({ Bucket: local.bucket, Key: activityKeys(project, 'a1').result, Body: body }),
    );
  const result = {
    result: 'success',
    because: 'Deployed',
    commit: 'a'.repeat(40),
    routes: [{ url: 'https://example.org/', type: 'upstream', primary: true }],
    log_tail: ['done'],
    timings: { restore: 1, data: 0, deploy: 2.5, publish: 0.1 },
  };

  it('is what the builder wrote', async () => {
    const project = newId();
    await put(project, JSON.stringify(result));
    expect(await results().read(project, 'a1')).toEqual(result);
  });

  it('is null when the builder wrote none', async () => {
    expect(await results().read(newId(), 'a1')).toBeNull();
  });

  it.each([
    ['half a document', '{"result": "succ'],
    ['another document', '{"result": "maybe"}'],
    ['nothing', ''],
  ])('that is %s is an error, not a success', async (_, body) => {
    const project = newId();
    await put(project, body);
    await expect(results().read(project, 'a1')).rejects.toThrow();
  });
});

describe('a build', () => {
  const first = 'a'.repeat(40);
  const bundles = Array.from({ length: 500 }, (_, index) => `bundles/${index}.bundle`);

  async function aBuilder() {
    const state = { status: 'IN_PROGRESS' };
    const codebuild = await startHttpServer(({ headers }) =>
      String(headers['x-amz-target']).endsWith('.StartBuild')
        ? { status: 200, body: { build: { id: 'bough:1' } } }
        : { status: 200, body: { builds: [{ id: 'bough:1', buildStatus: state.status }] } },
    );
    const client = new CodeBuildClient({ ...aws, endpoint: codebuild.url });
    onTestFinished(async () => {
      client.destroy();
      await codebuild.stop();
    });
    const project = newId();
    const environment = aPullRequestEnvironment({ project, parent: 'feature/ünï 🌱' });
    const activity = aRunningActivity({ id: 'a1', clone_data: true });
    const builder = codebuildBuilder(client, local.s3, 'bough-builder', local.bucket);
    return {
      state,
      input: async () =>
        BuildInput.parse(JSON.parse((await contentOf(local, activityKeys(project, 'a1').input)).toString())),
      start: (commit: string) =>
        builder.start({
          action: 'deploy',
          environment,
          activity,
          commit,
          bundles,
          data_from: environment.parent,
        }),
      project,
      starts: () =>
        codebuild.requests
          .filter(({ headers }) => headers['x-amz-target'] === 'CodeBuild_20161006.StartBuild')
          .map(({ body }) => startedBy(JSON.parse(body))),
    };
  }

  function startedBy(sent: {
    projectName: string;
    idempotencyToken: string;
    environmentVariablesOverride: { name: string; value: string }[];
  }) {
    const variables = sent.environmentVariablesOverride.map(({ name, value }) => [name, value]);
    return { ...sent, variables: Object.fromEntries(variables) };
  }

  it('is started with what it is to do; the chain of bundles waits as an object', async () => {
    const { start, starts, input, project } = await aBuilder();

    await start(first);

    expect(starts()).toMatchObject([
      {
        projectName: 'bough-builder',
        idempotencyToken: 'a1',
        variables: {
          BOUGH_ACTION: 'deploy',
          BOUGH_PROJECT: project,
          BOUGH_ENVIRONMENT: 'pr-1',
          BOUGH_ACTIVITY: 'a1',
          BOUGH_COMMIT: first,
          BOUGH_PULL_REQUEST: '1',
          BOUGH_BRANCH: 'feature/x',
          BOUGH_PARENT: 'feature/ünï 🌱',
          BOUGH_CLONE_DATA: 'true',
        },
      },
    ]);
    expect(await input()).toEqual({ commit: first, bundles });
  });

  it('is not started again while it runs, although its activity is', async () => {
    const { start, starts } = await aBuilder();
    await start(first);
    await start('b'.repeat(40));
    expect(starts()).toHaveLength(1);
  });

  it('that ended unheard of is started again for the commit that the first was started for', async () => {
    const { start, starts, state, input } = await aBuilder();
    await start(first);
    state.status = 'FAILED';

    await start('b'.repeat(40));

    expect(starts().map(({ variables }) => variables['BOUGH_COMMIT'])).toEqual([first, first]);
    expect(await input()).toMatchObject({ commit: first });
  });
});
