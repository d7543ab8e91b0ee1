import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';

describe('the package of the command', () => {
  it('is an archive, which clients that have it do not receive again', async () => {
    const { handler, commandPackage } = apiWorld();
    commandPackage.content = Buffer.from([0x1f, 0x8b, 0xff, 0x00]);

    const first = await call(handler, 'GET', '/cli');
    const again = await call(handler, 'GET', '/cli', {
      headers: { 'if-none-match': String(first.headers['etag']) },
    });
    commandPackage.content = Buffer.from([0x1f, 0x8b, 0xff, 0x01]);
    const changed = await call(handler, 'GET', '/cli', {
      headers: { 'if-none-match': String(first.headers['etag']) },
    });

    expect(first).toMatchObject({ status: 200, type: 'application/gzip', text: 'H4v/AA==' });
    expect(first.headers['content-disposition']).toBe(
      `attachment; filename="bough-cli-${manifest.version}.tgz"`,
    );
    expect(again).toMatchObject({ status: 304, text: '', headers: { etag: first.headers['etag'] } });
    expect(changed.status).toBe(200);
  });

  it('is not compressed again', async () => {
    const { handler, commandPackage } = apiWorld();
    commandPackage.content = Buffer.alloc(20_000, 7);

    const { headers, text } = await call(handler, 'GET', '/cli', { headers: { 'accept-encoding': 'gzip' } });

    expect(headers).not.toHaveProperty('content-encoding');
    expect(Buffer.from(text, 'base64')).toHaveLength(20_000);
  });

  it('is missing with a remedy when the deployment was built without it', async () => {
    const { handler } = apiWorld();

    const { status, body } = await call(handler, 'GET', '/cli');

    expect(status).toBe(404);
    expect(body.detail).toMatchObject({
      error: 'not_found',
      remedy: expect.stringContaining('npm run build'),
    });
  });
});

describe('the version of the API', () => {
  it.each([
    ['a response', 'GET', '/projects'],
    ['an error', 'GET', '/nowhere'],
    ['a refused body', 'POST', '/projects'],
  ])('is a header of %s', async (_, method, path) => {
    const { handler } = apiWorld();

    const { headers } = await call(handler, method, path, { body: { unknown: true } });

    expect(headers['x-bough-version']).toBe(manifest.version);
  });

  it.each(['/logs/a/b/c', '/status/a/b/c', '/board/a/b', '/not-found/a/b'])(
    'is kept from strangers at %s',
    async (path) => {
      const { handler } = apiWorld();

      const { headers } = await call(handler, 'GET', path);

      expect(headers).not.toHaveProperty('x-bough-version');
    },
  );
});
