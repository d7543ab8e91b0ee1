import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, git, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';
import { cloudDescription } from '../support/openapi.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const FIXTURES = join(import.meta.dirname, '../../../../../shared/fixtures/cloud');
const fixturesMissing = existsSync(FIXTURES) ? undefined : `there is no ${FIXTURES}`;

let site: Website;
let receiver: Receiver;
beforeAll(async () => {
  site = await startWebsite();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await site.end();
});

const reason = (missing: string | undefined) => (missing === undefined ? '' : ` (skipped: ${missing})`);

/** Calls every operation of the playground at least once. */
async function callEverything(): Promise<void> {
  const { api } = site;
  const hook = await api('POST', `${WEBSITE}/hooks`, {
    url: receiver.url,
    events: ['repo:push', 'pullrequest:created', 'pullrequest:fulfilled'],
  });
  const hookPath = `${WEBSITE}/hooks/${encodeURIComponent(String(at(hook.body, 'uuid')))}`;
  const first = await push(site.workingCopy, { branch: 'one' });
  await push(site.workingCopy, { branch: 'two' });
  await git(site.workingCopy, 'push', '--quiet', 'origin', 'main:gone');
  const status = `${WEBSITE}/commit/${first}/statuses/build`;
  const fields = { key: 'k', state: 'FAILED', url: 'https://example.com/' };
  const open = (branch: string) =>
    api('POST', `${WEBSITE}/pullrequests`, { title: branch, source: { branch: { name: branch } } });

  await open('one');
  await open('two');
  await api('POST', status, fields);
  await api('PUT', `${status}/k`, fields);
  for (const path of [
    '',
    '/hooks',
    '/refs/branches',
    '/refs/branches/one',
    `/commit/${first}`,
    `/commit/${first}/statuses`,
    `/commit/${first}/statuses/build/k`,
    '/pullrequests',
    '/pullrequests/1',
    '/forks',
    '/nothing',
  ]) {
    await api('GET', `${WEBSITE}${path}`);
  }
  await api('GET', '/repositories/acme');
  await api('GET', '/hook_events');
  await api('GET', '/hook_events/repository');
  await api('PUT', `${WEBSITE}/pullrequests/1`, { title: 'One' });
  await api('POST', `${WEBSITE}/pullrequests/1/merge`, { type: 'x' });
  await api('POST', `${WEBSITE}/pullrequests/2/decline`);
  await api('DELETE', `${WEBSITE}/refs/branches/gone`);
  await api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });
  await api('POST', '/repositories/acme/more', {});
  await api('PUT', '/repositories/acme/more', { name: 'More Yet' });
  await api('GET', '/repositories/acme/more-yet');
  await api('DELETE', '/repositories/acme/more-yet');
  const comment = { content: { raw: 'Deployed' } };
  const comments = `${WEBSITE}/pullrequests/1/comments`;
  const { body } = await api('POST', comments, comment);
  await api('GET', comments);
  await api('GET', `${comments}/${at(body, 'id')}`);
  await api('PUT', `${comments}/${at(body, 'id')}`, comment);
  await api('GET', hookPath);
  await api('PUT', hookPath, { description: 'Changed' });
  await api('DELETE', hookPath);
  await site.playground.settled();
}

describe("the official description of Bitbucket's API", () => {
  it.skipIf(cloudDescription.missing !== undefined)(
    `covers every response of the playground${reason(cloudDescription.missing)}`,
    async () => {
      await callEverything();

      const repository = '/repositories/{workspace}/{repo_slug}';
      expect([...cloudDescription.operations.keys()]).toEqual(
        expect.arrayContaining([
          'GET /repositories/{workspace}',
          `GET ${repository}`,
          `POST ${repository}`,
          `GET ${repository}/forks`,
          `POST ${repository}/forks`,
          `GET ${repository}/refs/branches`,
          `GET ${repository}/refs/branches/{name}`,
          `DELETE ${repository}/refs/branches/{name}`,
          `GET ${repository}/commit/{commit}`,
          `GET ${repository}/commit/{commit}/statuses`,
          `POST ${repository}/commit/{commit}/statuses/build`,
          `GET ${repository}/commit/{commit}/statuses/build/{key}`,
          `PUT ${repository}/commit/{commit}/statuses/build/{key}`,
          `GET ${repository}/hooks`,
          `POST ${repository}/hooks`,
          `GET ${repository}/hooks/{uid}`,
          `PUT ${repository}/hooks/{uid}`,
          `DELETE ${repository}/hooks/{uid}`,
          `GET ${repository}/pullrequests`,
          `POST ${repository}/pullrequests`,
          `GET ${repository}/pullrequests/{pull_request_id}`,
          `PUT ${repository}/pullrequests/{pull_request_id}`,
          `POST ${repository}/pullrequests/{pull_request_id}/merge`,
          `POST ${repository}/pullrequests/{pull_request_id}/decline`,
          `PUT ${repository}`,
          `DELETE ${repository}`,
          `GET ${repository}/pullrequests/{pull_request_id}/comments`,
          `POST ${repository}/pullrequests/{pull_request_id}/comments`,
          `GET ${repository}/pullrequests/{pull_request_id}/comments/{comment_id}`,
          `PUT ${repository}/pullrequests/{pull_request_id}/comments/{comment_id}`,
          'GET /hook_events',
          'GET /hook_events/{subject_type}',
        ]),
      );
    },
  );

  it.skipIf(cloudDescription.missing !== undefined).each([
    ['a status that is not documented', 202, { type: 'repository' }, /undocumented status 202/],
    ['a missing type', 200, {}, /\$\.type: missing/],
    ['a wrong type', 200, { type: 'repository', size: 'large' }, /\$\.size: string is no integer/],
    ['an invalid date', 200, { type: 'repository', created_on: 'today' }, /\$\.created_on/],
    ['an unknown link', 200, { type: 'repository', links: { moon: {} } }, /\$\.links\.moon: unknown/],
    ['a value outside its enumeration', 200, { type: 'repository', scm: 'cvs' }, /\$\.scm: cvs/],
    ['an error without a message', 404, { type: 'error', error: {} }, /\$\.error\.message: missing/],
  ])('rejects %s', (_, status, body, message) => {
    const url = new URL(`${site.playground.apiUrl}${WEBSITE}`);

    expect(() => cloudDescription.check('GET', url, { status, body })).toThrow(message);
  });
});

/** All paths of keys in a value; the elements of a list share a path. */
function keyPaths(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keyPaths(item, at));
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, child]) => keyPaths(child, `${at}.${key}`))];
}

/** Older captures contain user names, personal owners, and authors with a Bitbucket account. */
const EXPECTED_GAPS = /\.username$|\.owner\.account_id$|\.author\.user\b/;

describe('payloads captured from Bitbucket', () => {
  it.skipIf(fixturesMissing !== undefined).each([
    ['repo:push', 'drone_go-scm__repo.push__push.json', 'repo:push', 'master'],
    ['repo:push of a deletion', 'drone_go-scm__repo.push__push_branch_delete.json', 'repo:push', 'gone'],
    [
      'pullrequest:created',
      'drone_go-scm__pullrequest.created__pr_created.json',
      'pullrequest:created',
      'pr',
    ],
    [
      'pullrequest:fulfilled',
      'drone_go-scm__pullrequest.fulfilled__pr_fulfilled.json',
      'pullrequest:fulfilled',
      'merge',
    ],
  ])(
    `have no field that the playground's payloads lack: %s${reason(fixturesMissing)}`,
    async (_, file, event, action) => {
      const captured: unknown = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8'));
      await site.api('POST', `${WEBSITE}/hooks`, { url: receiver.url, events: [event] });
      const branch = `captured-${action}`;
      await push(site.workingCopy, { branch });
      const { body } = await site.api('POST', `${WEBSITE}/pullrequests`, {
        title: branch,
        source: { branch: { name: branch } },
      });
      await site.playground.settled();
      if (action !== 'pr') receiver.forget();
      if (action === 'master') await push(site.workingCopy, { branch });
      if (action === 'gone') await git(site.workingCopy, 'push', '--quiet', 'origin', `:${branch}`);
      if (action === 'merge') await site.api('POST', `${WEBSITE}/pullrequests/${at(body, 'id')}/merge`);
      await site.playground.settled();

      const ours = new Set(keyPaths(receiver.bodies(event).at(-1)));
      const missing = keyPaths(captured).filter((path) => !ours.has(path) && !EXPECTED_GAPS.test(path));

      expect(missing).toEqual([]);
    },
  );
});
