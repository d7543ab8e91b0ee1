import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import { accessTokens } from '../../../shared/providers/bitbucket-cloud/access-tokens.ts';
import { bitbucketCloud } from '../../../shared/providers/bitbucket-cloud/host.ts';
import { type BitbucketCloud, startBitbucketCloud } from '../../support/bitbucket-cloud.ts';
import { loopback } from '../../support/loopback.ts';

const folder = join(import.meta.dirname, '../../../../shared/fixtures/cloud');
const isThere = existsSync(folder);

describe.skipIf(!isThere)(`captured responses${isThere ? '' : ` (skipped: there is no ${folder})`}`, () => {
  let bitbucket: BitbucketCloud;
  let host: GitHost;
  beforeAll(async () => {
    bitbucket = await startBitbucketCloud();
    host = bitbucketCloud(
      bitbucket.endpoints,
      { repository: 'acme/website', project: 'p1' },
      accessTokens(bitbucket.endpoints.oauthUrl, bitbucket.consumer, loopback),
      loopback,
    );
  });
  afterAll(() => bitbucket.stop());

  /** Has Bitbucket answer every GET with a captured answer, and accept everything else. */
  const answerWith = (name: string, status = 200) => {
    const body: object = JSON.parse(readFileSync(join(folder, `drone_go-scm__api-${name}.json`), 'utf8'));
    bitbucket.fault = ({ method, path }) => {
      if (!path.startsWith('/2.0')) return undefined;
      return method === 'GET' ? { status, body } : { status: 201, body: {} };
    };
  };

  const fromFork = {
    number: 4982,
    title: 'IOS date picker component duplicate March issue',
    source: {
      branch: 'Lachlan-Vass/ios-date-picker-component-duplicate-marc-1579222909688',
      commit: '31c54529bd80',
      repository: 'lachlanv/atlaskit',
    },
    target: { branch: 'master' },
    fork: true,
  };

  it('describe a repository', async () => {
    answerWith('repository__repo');
    await expect(host.repository()).resolves.toEqual({
      uuid: '{7dd600e6-0d9c-4801-b967-cb4cc17359ff}',
      full_name: 'atlassian/stash-example-plugin',
      default_branch: 'master',
    });
  });

  it('describe a pull request', async () => {
    answerWith('pullrequest__pr');
    await expect(host.pullRequest(4982)).resolves.toEqual({ state: 'open', pull_request: fromFork });
  });

  it('list pull requests', async () => {
    answerWith('pullrequests__prs');
    await expect(host.openPullRequests(null)).resolves.toEqual({ list: [fromFork], has_more: false });
  });

  it('list webhooks without that of Bough', async () => {
    answerWith('hooks__hooks');
    await expect(host.ensureWebhook({ url: 'https://bough.example.org/hook', secret: 's' })).resolves.toBe(
      'created',
    );
  });

  it('list the webhook of Bough, which lacks events', async () => {
    answerWith('hooks__hooks');
    await expect(host.ensureWebhook({ url: 'http://example.com/webhook', secret: 's' })).resolves.toBe(
      'repaired',
    );
  });

  it('contain the error message', async () => {
    answerWith('error__error', 404);
    await expect(host.repository()).rejects.toMatchObject({
      code: 'git_host_not_found',
      message: expect.stringContaining('Repository dev/null not found'),
    });
  });
});
