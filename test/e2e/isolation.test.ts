import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts, user } from '../support/story.ts';

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
  const cache = s3 + build.ACTIVITIES_BUCKET + '/' + project + '/cache/';
  const attempts = [
    ['read its own data', 'GET', place(env.BOUGH_DATA_URI) + '/visitors.txt'],
    ['change its own data', 'PUT', place(env.BOUGH_DATA_URI) + '/visitors.txt'],
    ['read its parent’s data', 'GET', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['change its parent’s data', 'PUT', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['delete its parent’s data', 'DELETE', place(env.BOUGH_PARENT_DATA_URI) + '/visitors.txt'],
    ['see whose data there is', 'GET', s3 + bucket + '?list-type=2&prefix=' + project + '/'],
    ['change production’s site', 'PUT', site],
    ['change its own cache', 'PUT', cache + env.BOUGH_MACHINE_NAME + '.tgz'],
    ['read its parent’s cache', 'GET', cache + production + '.tgz'],
    ['poison its parent’s cache', 'PUT', cache + production + '.tgz'],
    ['delete its parent’s cache', 'DELETE', cache + production + '.tgz'],
    ['poison another environment’s cache', 'PUT', cache + 'pr-2-abcdefg.tgz'],
    ['see whose caches there are', 'GET', s3 + build.ACTIVITIES_BUCKET + '?list-type=2&prefix=' + project + '/cache/'],
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

/** Prints all that the build gave the script: its environment and its variables, a value in two writes, and one encoded. */
const telling = `#!/bin/sh
env
cat "$BOUGH_VARIABLES"
[ -z "$API_KEY" ] || { printf '%.3s' "$API_KEY"; sleep 0.1; printf '%s\\n' "$API_KEY" | cut -c4-; }
echo "path $PATH" >"$BOUGH_SITE_DIR/index.html"
echo told >>"$BOUGH_SITE_DIR/index.html"
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
  'change its own cache': 200,
  'read its parent’s cache': 200,
  'poison its parent’s cache': 403,
  'delete its parent’s cache': 403,
  'poison another environment’s cache': 403,
  'see whose caches there are': 403,
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

    const own = ['--sensitive', 'true', '--inheritable', 'false'];
    const logOf = async (environment: string) => {
      const [activity] = await story.api(`/environments/${environment}/activities`);
      return (await story.on('activity:log', activity.id, '--refresh', '0')).stdout;
    };
    /** All that the stack has stored and logged outside of KMS. */
    const everything = async () => {
      const files = await readdir(story.state, { recursive: true, withFileTypes: true });
      const texts = files
        .filter((file) => file.isFile())
        .map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1').catch(() => ''));
      return (await Promise.all(texts)).join('\n');
    };

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

    it('and variables reach scripts from every level, with sensitive values hidden in the log', async () => {
      const create = (...args: string[]) => story.on('variable:create', ...args, '--yes');
      await create('env:SITE_NAME', '-l', 'p', '--value', 'of the project');
      await create('env:FLAVOUR', '-l', 'p', '--value', 'of the project too');
      await create('env:FLAVOUR', '-l', 'e', '-e', 'main', '--value', 'of production');
      await create('env:API_KEY', '-l', 'p', '--value', 's3cret-key-of-all', '--sensitive', 'true');
      await create('OWN', '-l', 'e', '-e', 'main', '--value', 's3cret-own', ...own);
      await story.work.git('switch', '--quiet', 'main');
      await story.work.git('switch', '--quiet', '--create', 'open');
      await story.work.commit({ '.bough/deploy': telling });
      await story.work.git('push', '--quiet', 'origin', 'open');
      await story.onCloud('POST', '/pullrequests', { title: 'Tell', source: { branch: { name: 'open' } } });
      await story.pageThatSays('pr-2', 'told');

      const log = await logOf('pr-2');
      expect(log).toContain('SITE_NAME=of the project\n');
      expect(log).toContain('FLAVOUR=of production\n');
      expect(log).toContain('API_KEY=[Hidden: env:API_KEY]\n');
      expect(log).toMatch(/^\[Hidden: env:API_KEY\]$/m);
      expect(log).toContain('"env:API_KEY":"[Hidden: env:API_KEY]"');
      expect(log).not.toContain('OWN');
      const stored = await everything();
      // A plain value shows that the search sees the stores.
      expect(stored.includes('of the project too')).toBe(true);
      expect(/s3cret-(key-of-all|own)/.test(stored)).toBe(false);
    });

    it('and the build of a fork gets no sensitive variable', async () => {
      const fork = await story.onCloud('POST', '/forks', { name: 'gift', workspace: { slug: 'demo' } });
      expect(fork.status).toBe(201);
      const url = `${story.playground.url.replace('//', `//${user}@`)}/${fork.body.full_name}.git`;
      await story.work.git('push', '--quiet', url, 'open:gift');
      await story.onCloud('POST', '/pullrequests', {
        title: 'A gift',
        source: { branch: { name: 'gift' }, repository: { full_name: fork.body.full_name } },
        destination: { branch: { name: 'main' } },
      });
      await eventually('pr-3 waits for approval', async () => (await story.environment('pr-3'))?.waiting);
      await story.on('environment:activate', 'pr-3', '--yes');
      await story.pageThatSays('pr-3', 'told');

      const log = await logOf('pr-3');
      expect(log).toContain('FLAVOUR=of production\n');
      expect(log).not.toMatch(/API_KEY|OWN|Hidden: env:/);
      expect(log).toContain('AWS_SECRET_ACCESS_KEY=[Hidden: AWS_SECRET_ACCESS_KEY]\n');
    });

    it('and production is as it was', async () => {
      expect(await story.page('main')).toMatchObject({
        status: 200,
        text: expect.stringContaining('42 visitors'),
      });
    });
  },
);
