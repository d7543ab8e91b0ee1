import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  activityKeys,
  BuildInput,
  type BuildResult,
} from '../../../shared/adapters/aws/builds/build-documents.ts';
import { s3BuildPermits } from '../../../shared/adapters/aws/builds/build-permits.ts';
import { codebuildBuilder } from '../../../shared/adapters/aws/builds/codebuild-builder.ts';
import { s3BuildResults } from '../../../shared/adapters/aws/builds/read-build-result.ts';
import { kmsSecrets } from '../../../shared/adapters/aws/kms-secrets.ts';
import { newId, newSecret } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, contentOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { aPullRequestEnvironment, aRunningActivity } from '../../support/builders.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { aws } from '../support.ts';

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

  it('has a different ciphertext each time', async () => {
    const seal = () => sealing().seal('webhook', integration, 'same');
    expect(await seal()).not.toBe(await seal());
  });

  it.each([
    ['another purpose', 'credentials' as const, integration],
    ['another integration', 'webhook' as const, { project: 'p1', id: 'i2' }],
    ['another project', 'webhook' as const, { project: 'p2', id: 'i1' }],
  ])('cannot be decrypted for %s', async (_, purpose, other) => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing().open(purpose, other, sealed)).rejects.toThrow();
  });

  it('cannot be decrypted with another key, or after a change', async () => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing(1).open('webhook', integration, sealed)).rejects.toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(sealing().open('webhook', integration, bytes.toString('base64'))).rejects.toThrow();
  });

  it('is decrypted once for concurrent callers, and a failure is not cached', async () => {
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

describe('the result of a build', () => {
  const settled = 'a'.repeat(40);
  /** Stores a build's result and input, and reads the result. */
  async function resultOf(body: string, input: object | null = { commit: settled }) {
    const project = newId();
    const keys = activityKeys(project, 'a1');
    const put = (Key: string, Body: string) =>
      local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key, Body }));
    if (input) await put(keys.input, JSON.stringify(input));
    await put(keys.result, body);
    return s3BuildResults(local.s3, local.bucket).read(project, 'a1');
  }
  const result: BuildResult = {
    result: 'success',
    because: 'Deployed',
    routes: [{ url: 'https://example.org/', type: 'upstream', primary: true }],
    log_tail: ['done'],
    timings: { restore: 1, cache: 0, data: 0, deploy: 2.5, publish: 0.1 },
  };
  const { because, routes } = result;

  it('is the document of the builder', async () => {
    expect(await resultOf(JSON.stringify(result))).toEqual({
      result: 'success',
      because,
      routes,
      commit: settled,
    });
  });

  it('has the commit of the build, whatever its document says', async () => {
    const forged = { ...result, commit: '../pullrequests/7/approve?' };

    expect(await resultOf(JSON.stringify(forged))).toMatchObject({ result: 'success', commit: settled });
  });

  it('is null when the builder wrote none', async () => {
    expect(await s3BuildResults(local.s3, local.bucket).read(newId(), 'a1')).toBeNull();
  });

  it('is null without a build', async () => {
    expect(await resultOf(JSON.stringify(result), null)).toBeNull();
  });

  const aRoute = (changes: object) => JSON.stringify({ ...result, routes: [{ ...routes[0], ...changes }] });
  it.each([
    ['half a document', '{"result": "succ', 'not a JSON object'],
    ['another document', JSON.stringify({ ...result, result: 'maybe' }), 'result: '],
    ['a list', '[]', 'not a JSON object'],
    ['nothing', '', 'not a JSON object'],
    ['too deeply nested', '['.repeat(500_000), 'not a JSON object'],
    ['too large', JSON.stringify({ ...result, more: 'x'.repeat(2 ** 20) }), 'larger than 1048576 bytes'],
    ['too wordy', JSON.stringify({ ...result, because: 'x'.repeat(2_001) }), 'because: '],
    [
      'with too many lines of log',
      JSON.stringify({ ...result, log_tail: Array(21).fill('x') }),
      'log_tail: ',
    ],
    [
      'with too long a line of log',
      JSON.stringify({ ...result, log_tail: ['x'.repeat(1_001)] }),
      'log_tail.0: ',
    ],
    ['a script for browsers', aRoute({ url: 'javascript:alert(1)' }), 'routes.0.url: a URL must begin'],
    [
      'a redirect to one',
      aRoute({ type: 'redirect', to: 'data:text/html,x' }),
      'routes.0.to: a URL must begin',
    ],
    ['a file', aRoute({ url: 'file:///etc/passwd' }), 'routes.0.url: '],
    ['a URL that ends its link', aRoute({ url: 'https://x/>[free](https://y/)' }), 'routes.0.url: '],
    ['a URL that is too long', aRoute({ url: `https://x/${'x'.repeat(2_000)}` }), 'at most 2000 characters'],
    [
      'too many routes',
      JSON.stringify({ ...result, routes: Array(101).fill(routes[0]) }),
      'routes: there may be 100 routes',
    ],
  ])('that is %s is a failure with that reason, and ends its activity', async (_, body, problem) => {
    expect(await resultOf(body)).toEqual({
      result: 'failure',
      because: expect.stringMatching(
        /^The build has left a result that cannot be used: .*\. Only Bough writes the results of builds/,
      ),
      routes: [],
      commit: settled,
    });
    expect((await resultOf(body))?.because).toContain(problem);
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
    const builder = codebuildBuilder(client, local.s3, 'bough-builder', local.bucket, newSecret);
    return {
      state,
      input: async () =>
        BuildInput.parse(JSON.parse((await contentOf(local, activityKeys(project, 'a1').input)).toString())),
      startedFor: () => builder.startedFor(project, 'a1'),
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

  it('is started with its action; the chain of bundles is an object', async () => {
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
    const { permit, ...settled } = await input();
    expect(settled).toEqual({
      commit: first,
      bundles,
      environment: 'pr-1',
      data_from: 'feature/ünï 🌱',
    });
    expect(starts()).toMatchObject([{ variables: { BOUGH_PERMIT: permit } }]);
  });

  it('has the rights of its environment, by its own permit', async () => {
    const { start, input, project } = await aBuilder();
    await start(first);
    const { permit } = await input();
    const { scopeOf } = s3BuildPermits(local.s3, local.bucket);

    expect(await scopeOf(project, 'a1', permit)).toEqual({
      project,
      activity: 'a1',
      environment: 'pr-1',
      data_from: 'feature/ünï 🌱',
    });
    expect(await scopeOf(project, 'a1', newSecret())).toBeNull();
    expect(await scopeOf(project, 'a2', permit)).toBeNull();
  });

  it('has the commit of its start, also after its end', async () => {
    const { start, startedFor, state } = await aBuilder();
    expect(await startedFor()).toBeNull();

    await start(first);
    state.status = 'STOPPED';

    expect(await startedFor()).toBe(first);
  });

  it('is not started again while it runs, although its activity is', async () => {
    const { start, starts } = await aBuilder();
    await start(first);
    await start('b'.repeat(40));
    expect(starts()).toHaveLength(1);
  });

  it('whose end was not reported is started again for the same commit', async () => {
    const { start, starts, state, input } = await aBuilder();
    await start(first);
    state.status = 'FAILED';

    await start('b'.repeat(40));

    expect(starts().map(({ variables }) => variables['BOUGH_COMMIT'])).toEqual([first, first]);
    expect(await input()).toMatchObject({ commit: first });
    expect(new Set(starts().map(({ variables }) => variables['BOUGH_PERMIT'])).size).toBe(1);
  });
});
