import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginStory, type Story, scripts } from '../support/story.ts';

/**
 * A script that attacks production with its own credentials and with the build's, which it reads from its parent process.
 * Its log has the status of each attempt.
 */
const malicious = `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require('node:fs');
const env = process.env;
const s3 = env.AWS_ENDPOINT_URL_S3 + '/';
const place = (uri) => s3 + uri.slice('s3://'.length);
const [bucket, project, production] = env.BOUGH_PARENT_DATA_URI.slice('s3://'.length).split('/');
const signedBy = (key) => ({
  'content-type': 'application/json',
  authorization: 'AWS4-HMAC-SHA256 Credential=' + key + '/20000101/us-east-1/s3/aws4_request',
});
const environmentOf = (pid) =>
  Object.fromEntries(readFileSync('/proc/' + pid + '/environ', 'utf8').split('\\0').map((line) => line.split(/=(.*)/s)));

const main = async () => {
  const build = environmentOf(process.ppid);
  const site = s3 + build.SITES_BUCKET + '/' + production + '-' + project + '/index.html';
  const attempts = [
    ['read its own data', 'GET', place(env.BOUGH_DATA_URI) + '/visitors.txt'],
    ['change its own data', 'PUT', place(env.BOUGH_DATA_URI) + '/visitors.txt'],
    ['read its parent’s data', 'GET', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['change its parent’s data', 'PUT', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['delete its parent’s data', 'DELETE', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['see whose data there is', 'GET', s3 + bucket + '?list-type=2&prefix=' + project + '/'],
    ['change production’s site', 'PUT', site],
    ['read other builds’ permits', 'GET', s3 + build.ACTIVITIES_BUCKET + '?list-type=2'],
  ];
  const asks = [
    ['ask for another build’s credentials', 'POST', build.API_URL + '/builds/' + project + '/other/credentials'],
    ['delete the project', 'DELETE', build.API_URL + '/projects/' + project],
  ];
  const identities = { environment: env.AWS_ACCESS_KEY_ID, build: build.AWS_ACCESS_KEY_ID };
  for (const [who, key] of Object.entries(identities)) {
    for (const [what, method, url] of [...attempts, ...asks]) {
      const body = { PUT: 'hacked', POST: JSON.stringify({ permit: build.BOUGH_PERMIT }) }[method];
      const { status } = await fetch(url, { method, body, headers: signedBy(key) });
      console.log('as the ' + who + ', ' + what + ': ' + status);
    }
  }
  writeFileSync(env.BOUGH_SITE_DIR + '/index.html', 'tried');
};
main();
`;

/** Expected status of each attempt with the environment's credentials. Each attempt with the build's credentials gets 403. */
const outcomes = {
  'read its own data': 200,
  'change its own data': 200,
  'read its parent’s data': 200,
  'change its parent’s data': 403,
  'delete its parent’s data': 403,
  'see whose data there is': 403,
  'change production’s site': 403,
  'read other builds’ permits': 403,
  'ask for another build’s credentials': 403,
  'delete the project': 403,
};

describe.skipIf(process.platform !== 'linux')(
  'A pull request brings a script that reaches for production',
  () => {
    let story: Story;

    beforeAll(async () => {
      story = await beginStory('team/vault', { BOUGH_SCHEDULE_SECONDS: '0' });
      await story.work.commit(scripts);
      await story.work.git('push', '--quiet', 'origin', 'main');
      await story.createProject('Vault');
      await story.on(
        'integration:add',
        ...['--type', 'bitbucket', '--repository', 'team/vault'],
        ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
      );
      await story.pageThatSays('main', '42 visitors');
    });

    afterAll(async () => story?.end());

    it('and gets at nothing but what is its own, and its parent’s data to read', async () => {
      await story.work.git('switch', '--quiet', '--create', 'evil');
      await story.work.commit({ '.bough/deploy': malicious });
      await story.work.git('push', '--quiet', 'origin', 'evil');
      await story.onCloud('POST', '/pullrequests', {
        title: 'Trust me',
        source: { branch: { name: 'evil' } },
        destination: { branch: { name: 'main' } },
      });
      await story.pageThatSays('pr-1', 'tried');

      const [activity] = await story.api('/environments/pr-1/activities');
      const { stdout: log } = await story.on('activity:log', activity.id, '--refresh', '0');
      const found = Object.fromEntries(
        [...log.matchAll(/as the (\w+), (.+): (\d+)/g)].map(([, who, what, status]) => [
          `${who}: ${what}`,
          Number(status),
        ]),
      );
      const expected = Object.entries(outcomes).flatMap(([name, status]) => [
        [`environment: ${name}`, status],
        [`build: ${name}`, 403],
      ]);
      expect(found).toEqual(Object.fromEntries(expected));
    });

    it('and production is as it was', async () => {
      expect(await story.page('main')).toMatchObject({
        status: 200,
        text: expect.stringContaining('42 visitors'),
      });
    });
  },
);
