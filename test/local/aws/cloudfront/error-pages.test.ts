import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_CLIENT } from '../../../../local/stack/emulators.ts';
import type { LocalStack } from '../../../../local/stack/stack.ts';
import { ask } from '../../../support/ask.ts';
import { makeDeployable, startDeployed } from '../../deployed-stack.ts';
import type { recordLog } from '../../support.ts';

const SITES_BUCKET = 'StorageSites044FDAC9';

let stack: LocalStack;
let s3: S3Client;
let recorder: ReturnType<typeof recordLog>;

beforeAll(async () => {
  ({ stack, recorder } = await startDeployed(await makeDeployable({ sitesUrl: 'http://*.localhost' })));
  s3 = new S3Client({ ...LOCAL_CLIENT, endpoint: stack.endpoints.s3, forcePathStyle: true });
});
afterAll(async () => {
  s3?.destroy();
  await stack?.stop();
});

async function publish(Key: string, Body: string, headers?: Record<string, string>): Promise<void> {
  const Bucket = stack.resources[SITES_BUCKET];
  const Metadata = headers && { headers: JSON.stringify(headers) };
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/html', Metadata }));
}

beforeEach(async () => {
  await publish('with-page/index.html', 'home');
  await publish('with-page/404.html', '<h1>größe? Not here.</h1>');
  await publish('without-page/index.html', 'home');
});

describe('a path that is no file', () => {
  it('redirects to the directory of this name, with its query', async () => {
    await publish('with-page/docs/index.html', 'docs');
    const byPath = await ask(stack.sitesUrl, '/with-page/docs?a=1');
    const byHost = await ask(stack.sitesUrl, '/docs?a=1', { host: 'with-page.localhost' });

    for (const { status, headers } of [byPath, byHost])
      expect({ status, location: headers.location }).toEqual({ status: 302, location: './docs/?a=1' });
  });

  it.each(['/users/1', '/users/1/', '/users/1?tab=2', '/gone.js'])(
    'is answered with 200.html, without a redirect: %s',
    async (path) => {
      await publish('application/index.html', 'home');
      await publish('application/200.html', '<h1>app</h1>');
      const byPath = await ask(stack.sitesUrl, `/application${path}`);
      const byHost = await ask(stack.sitesUrl, path, { host: 'application.localhost' });

      for (const { status, text, headers } of [byPath, byHost])
        expect({ status, text, type: headers['content-type'] }).toEqual({
          status: 200,
          text: '<h1>app</h1>',
          type: 'text/html;charset=utf-8',
        });
    },
  );
});

describe('a missing object of a site', () => {
  it.each(['/with-page/none.css', '/with-page/deep/down/', '/with-page/%C3%A4%20b.css'])(
    'is answered with its own page: %s',
    async (path) => {
      const { status, headers, text } = await ask(stack.sitesUrl, path);

      expect({ status, text }).toEqual({ status: 404, text: '<h1>größe? Not here.</h1>' });
      expect(headers).toMatchObject({
        'content-type': 'text/html;charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    },
  );

  it('has the same response under the site’s host name', async () => {
    const { status, text } = await ask(stack.sitesUrl, '/none.css', { host: 'with-page.localhost' });

    expect({ status, text }).toEqual({ status: 404, text: '<h1>größe? Not here.</h1>' });
  });

  it.each(['/without-page/none.css', '/never-was/', '/', '/With_Page/none.css'])(
    'is answered with a plain page where there is no own: %s',
    async (path) => {
      const { status, headers, text } = await ask(stack.sitesUrl, path);

      expect(status).toBe(404);
      expect(headers['content-type']).toBe('text/html;charset=utf-8');
      expect(text).toMatch(/<h1>Not found<.h1>/);
    },
  );

  it.each(['404.html', '200.html'])('has the headers that the repository sets: %s', async (name) => {
    await publish(`headers/${name}`, 'page', { 'x-robots-tag': 'noindex' });

    expect((await ask(stack.sitesUrl, '/headers/none.css')).headers).toMatchObject({
      'x-robots-tag': 'noindex',
    });
  });

  it.each(['404.html', '200.html'])(
    'has no header by which a site controls the others of its host, whoever wrote the metadata: %s',
    async (name) => {
      const stored = { 'set-cookie': 'a=b', 'service-worker-allowed': '/', nel: '{}', 'x-own': 'yes' };
      await publish(`powerful-${name.slice(0, 3)}/${name}`, 'page', stored);

      const { headers } = await ask(stack.sitesUrl, `/powerful-${name.slice(0, 3)}/none.css`);

      expect(headers).toMatchObject({ 'x-own': 'yes' });
      for (const header of ['set-cookie', 'service-worker-allowed', 'nel'])
        expect(headers).not.toHaveProperty(header);
    },
  );

  it('has no headers when their metadata cannot be read', async () => {
    await publish('broken/404.html', 'page', { 'bad name': 'x' });

    expect(await ask(stack.sitesUrl, '/broken/none.css')).toMatchObject({ status: 404, text: 'page' });
  });

  it('has no body for HEAD', async () => {
    expect(await ask(stack.sitesUrl, '/with-page/none.css', {}, 'HEAD')).toMatchObject({
      status: 404,
      text: '',
      headers: { 'content-type': 'text/html;charset=utf-8' },
    });
  });

  it('has the default page when the site’s page is too large for a response', async () => {
    await publish('large-page/404.html', 'x'.repeat(3_000_000));
    const { status, text } = await ask(stack.sitesUrl, '/large-page/none.css');

    expect(status).toBe(404);
    expect(text).toContain('Not found');
  });

  it('is served as soon as it is published', async () => {
    expect((await ask(stack.sitesUrl, '/with-page/new.html')).status).toBe(404);
    await publish('with-page/new.html', 'new');

    expect(await ask(stack.sitesUrl, '/with-page/new.html')).toMatchObject({ status: 200, text: 'new' });
  });

  it('uses the right to read these pages, without errors', async () => {
    await ask(stack.sitesUrl, '/with-page/none');

    const unused = stack.unusedGrants().filter((grant) => grant.startsWith('ApiFunction'));
    expect(unused).not.toContainEqual(expect.stringContaining('.html'));
    expect(recorder.lines.filter(({ line }) => line.includes('"level":"error"'))).toEqual([]);
  });
});
