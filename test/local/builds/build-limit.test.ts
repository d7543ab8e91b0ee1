import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBitbucketPlayground } from '../../../local/bitbucket/playground.ts';
import { temporaryDirectory } from '../../infra/synthesised.ts';
import { bough } from '../../support/bough-command.ts';
import { aWorkingCopy, call, eventually } from '../../support/running-bough.ts';
import { makeDeployable, startDeployed } from '../deployed-stack.ts';

const user = 'demo:demo';
const repository = 'team/shop';
/** The first retry of a waiting activity comes after 10 s to 15 s. */
const seconds = 120;

describe('An AWS account with a low quota of concurrent builds', { timeout: 2 * seconds * 1000 }, () => {
  let playground: Awaited<ReturnType<typeof startBitbucketPlayground>>;
  let deployed: Awaited<ReturnType<typeof startDeployed>>;
  let work: Awaited<ReturnType<typeof aWorkingCopy>>;
  let project = '';

  const api = async (path: string) => call('GET', `${deployed.stack.apiUrl}/projects/${project}${path}`);
  const onBitbucket = (method: string, path: string, body?: unknown) =>
    call(method, `${playground.apiUrl}/repositories/${repository}${path}`, body, user);
  const deployedCommit = async (id: string) => {
    const { body } = await api(`/environments/${id}/deployments`);
    const { body: environment } = await api(`/environments/${id}`);
    return environment.status === 'active' && body.length > 0 ? environment.head_commit : null;
  };
  const waiting = (id: string) =>
    eventually(
      `${id} waits`,
      async () => {
        const { body } = await api(`/environments/${id}/activities`);
        return body.find(
          ({ state, payload }: { state: string; payload: { waiting: unknown } }) =>
            state === 'pending' && payload.waiting,
        );
      },
      seconds,
    );

  beforeAll(async () => {
    playground = await startBitbucketPlayground({
      directory: temporaryDirectory(),
      port: 0,
      consumers: [{ key: 'demo-key', secret: 'demo-secret' }],
    });
    const { host } = new URL(playground.url);
    const settings = {
      bitbucketApiUrl: playground.apiUrl,
      bitbucketGitUrl: playground.gitUrl,
      bitbucketOauthUrl: playground.oauthUrl,
      bitbucketPrivateHosts: [host],
    };
    deployed = await startDeployed(await makeDeployable(settings));
    deployed.stack.limitBuilds(1);
    await playground.createRepository(repository);
    work = await aWorkingCopy(`${playground.url.replace('//', `//${user}@`)}/${repository}.git`);
    await work.commit({
      'index.html': 'hello',
      '.bough/deploy': '#!/bin/sh\nsleep 2\ncp index.html "$BOUGH_SITE_DIR"\n',
    });
    await work.git('push', '--quiet', 'origin', 'main');
    for (const branch of ['one', 'two', 'three']) {
      await work.git('switch', '--quiet', '--create', branch, 'main');
      await work.commit({ 'index.html': branch });
      await work.git('push', '--quiet', 'origin', branch);
      await onBitbucket('POST', '/pullrequests', { title: branch, source: { branch: { name: branch } } });
    }
    const run = (...command: string[]) => bough(deployed.stack.apiUrl, ...command);
    project = (await run('project:create', '--title', 'Shop')).stdout.trim();
    await run(
      'integration:add',
      ...['-p', project, '--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes', '--no-wait'],
    );
  }, 120_000);

  afterAll(async () => {
    await work?.remove();
    await deployed?.stack.stop();
    await playground?.stop();
  });

  it('deploys every open pull request, one after the other', async () => {
    for (const id of ['main', 'pr-1', 'pr-2', 'pr-3'])
      await eventually(`${id} is deployed`, () => deployedCommit(id), seconds);
    const { body } = await api('/activities');
    expect(body.filter(({ result }: { result: string }) => result === 'failure')).toEqual([]);
  });

  it('reports what a deployment waits for, in Bough and on Bitbucket', async () => {
    deployed.stack.limitBuilds(0);
    await work.git('switch', '--quiet', 'one');
    const commit = await work.commit({ 'index.html': 'a better one' });
    await work.git('push', '--quiet', 'origin', 'one');

    const { payload } = await waiting('pr-1');

    expect(payload.because).toContain('AccountLimitExceededException');
    expect(payload.waiting).toMatchObject({ since: expect.any(String) });
    const { body } = await onBitbucket('GET', `/commit/${commit}/statuses`);
    expect(body.values).toMatchObject([
      { state: 'INPROGRESS', description: expect.stringMatching(/^Waiting: /) },
    ]);
  });

  it('delays the deletion of a merged pull request’s environment, and continues when the limit rises', async () => {
    await onBitbucket('POST', '/pullrequests/2/merge');
    await waiting('pr-2');

    deployed.stack.limitBuilds(2);

    await eventually('pr-2 is gone', async () => (await api('/environments/pr-2')).status === 404, seconds);
    const head = (await work.git('rev-parse', 'one')).trim();
    await eventually('pr-1 is deployed', async () => (await deployedCommit('pr-1')) === head, seconds);
    await eventually(
      'Bitbucket shows it',
      async () => {
        const { body } = await onBitbucket('GET', `/commit/${head}/statuses`);
        return body.values[0]?.state === 'SUCCESSFUL';
      },
      seconds,
    );
  });
});
