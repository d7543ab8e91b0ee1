import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, push } from '../support/bitbucket.ts';
import { serverDescription } from '../support/openapi.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { REPO, type ServerSite, startServerSite } from '../support/server.ts';

const { missing } = serverDescription;
const reason = (why: string | undefined) => (why === undefined ? '' : ` (skipped: ${why})`);

let site: ServerSite;
let receiver: Receiver;
beforeAll(async () => {
  site = await startServerSite();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await site.end();
});

const open = async (branch: string) => {
  const { body } = await site.rest('POST', `${REPO}/pull-requests`, {
    title: branch,
    fromRef: { id: `refs/heads/${branch}` },
    toRef: { id: 'refs/heads/main' },
  });
  return Number(at(body, 'id'));
};

/** Calls every operation of Server at least once. */
async function callEverything(): Promise<void> {
  const { rest } = site;
  const one = await push(site.workingCopy, { branch: 'one' });
  for (const branch of ['two', 'three']) await push(site.workingCopy, { branch });
  const hook = await rest('POST', `${REPO}/webhooks`, {
    name: 'x',
    url: receiver.url,
    events: ['pr:opened'],
  });
  const hookPath = `${REPO}/webhooks/${at(hook.body, 'id')}`;
  const build = {
    key: 'k',
    state: 'CANCELLED',
    url: 'https://example.com/',
    name: 'N',
    ref: 'refs/heads/one',
  };
  await rest('POST', `${REPO}/commits/${one}/builds`, build);
  await rest('POST', `/rest/build-status/latest/commits/${one}`, { ...build, state: 'FAILED' });
  await rest('POST', `${REPO}/branches`, { name: 'gone', startPoint: 'main' });
  const ids = [await open('one'), await open('two'), await open('three')];
  for (const path of [
    '/rest/api/latest/projects/acme',
    '/rest/api/latest/projects/acme/repos',
    '/rest/api/latest/projects/none/repos',
    '/rest/api/latest/application-properties',
    REPO,
    `${REPO}/forks`,
    `${REPO}/default-branch`,
    `${REPO}/branches`,
    `${REPO}/branches/default`,
    `${REPO}/commits/${one}`,
    `${REPO}/commits/${one}/pull-requests`,
    `${REPO}/commits/${one}/builds?key=k`,
    `/rest/build-status/latest/commits/${one}`,
    `${REPO}/pull-requests`,
    `${REPO}/pull-requests/1`,
    `${REPO}/webhooks`,
    hookPath,
    `${hookPath}/latest`,
  ]) {
    await rest('GET', path);
  }
  const change = { version: 0, title: 'One' };
  await rest('PUT', `${REPO}/pull-requests/${ids[0]}`, change);
  await rest('PUT', `${REPO}/pull-requests/${ids[0]}`, change);
  await rest('POST', `${REPO}/pull-requests/${ids[0]}/merge?version=1`);
  await rest('POST', `${REPO}/pull-requests/${ids[1]}/decline?version=0`);
  await rest('POST', `${REPO}/pull-requests/${ids[1]}/reopen?version=1`);
  await rest('DELETE', `${REPO}/pull-requests/${ids[2]}`, { version: 0 });
  await rest('DELETE', `${REPO}/commits/${one}/builds?key=k`);
  await rest('DELETE', REPO.replace('api/latest', 'branch-utils/latest').concat('/branches'), {
    name: 'gone',
  });
  await rest('PUT', `${REPO}/default-branch`, { id: 'refs/heads/main' });
  await rest('PUT', REPO, { description: 'A site' });
  await rest('PUT', hookPath, { name: 'y', url: receiver.url, events: ['pr:opened'] });
  await rest('POST', `${REPO}/webhooks/test?webhookId=${at(hook.body, 'id')}`);
  await rest('DELETE', hookPath);
  await rest('POST', REPO, { project: { key: 'ada' } });
  await rest('POST', '/rest/api/latest/projects/acme/repos', { name: 'More' });
  await rest('DELETE', '/rest/api/latest/projects/acme/repos/more');
  await site.playground.settled();
}

describe("the official description of Bitbucket Data Center's API", () => {
  it.skipIf(missing !== undefined)(`covers every response of Server${reason(missing)}`, async () => {
    await callEverything();

    const repository = '/api/latest/projects/{projectKey}/repos/{repositorySlug}';
    expect(
      [...serverDescription.operations.keys()].map((name) => name.replace(repository, '…')).sort(),
    ).toEqual(
      expect.arrayContaining([
        'DELETE …',
        'DELETE …/commits/{commitId}/builds',
        'DELETE …/pull-requests/{pullRequestId}',
        'DELETE …/webhooks/{webhookId}',
        'DELETE /branch-utils/latest/projects/{projectKey}/repos/{repositorySlug}/branches',
        'GET …',
        'GET …/branches',
        'GET …/branches/default',
        'GET …/commits/{commitId}',
        'GET …/commits/{commitId}/builds',
        'GET …/commits/{commitId}/pull-requests',
        'GET …/default-branch',
        'GET …/forks',
        'GET …/pull-requests',
        'GET …/pull-requests/{pullRequestId}',
        'GET …/webhooks',
        'GET …/webhooks/{webhookId}',
        'GET …/webhooks/{webhookId}/latest',
        'GET /api/latest/application-properties',
        'GET /api/latest/projects/{projectKey}',
        'GET /api/latest/projects/{projectKey}/repos',
        'GET /build-status/latest/commits/{commitId}',
        'POST …',
        'POST …/branches',
        'POST …/commits/{commitId}/builds',
        'POST …/pull-requests',
        'POST …/pull-requests/{pullRequestId}/decline',
        'POST …/pull-requests/{pullRequestId}/merge',
        'POST …/pull-requests/{pullRequestId}/reopen',
        'POST …/webhooks',
        'POST …/webhooks/test',
        'POST /api/latest/projects/{projectKey}/repos',
        'POST /build-status/latest/commits/{commitId}',
        'PUT …',
        'PUT …/default-branch',
        'PUT …/pull-requests/{pullRequestId}',
        'PUT …/webhooks/{webhookId}',
      ]),
    );
  });

  it.skipIf(missing !== undefined).each([
    ['a status that is not documented', 203, {}, /undocumented status 203/],
    ['a wrong type', 200, { id: 'seven' }, /\$\.id: string is no integer/],
    ['a value outside its enumeration', 200, { state: 'GONE' }, /\$\.state: GONE/],
    ['an unknown field', 200, { full_name: 'acme/website' }, /\$\.full_name: unknown/],
    ['an error of Cloud', 404, { error: { message: 'no' } }, /\$\.error: unknown/],
  ])('rejects %s', (_, status, body, message) => {
    const url = new URL(`${site.playground.serverUrl}${REPO}`);

    expect(() => serverDescription.check('GET', url, { status, body })).toThrow(message);
  });
});
