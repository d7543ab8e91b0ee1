import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

describe('the API', () => {
  it.each([
    ['GET', '/nothing', 404],
    ['GET', `${WEBSITE}/nothing`, 404],
    ['PUT', `${WEBSITE}/hooks`, 405],
    ['GET', `${WEBSITE}/commit/%E0%A4%A`, 400],
  ])('answers %s %s with %i', async (method, path, status) => {
    const body = method === 'PUT' ? {} : undefined;

    expect((await site.api(method, path, body)).status).toBe(status);
  });

  it('ignores a slash at the end of a path', async () => {
    expect((await site.api('GET', `${WEBSITE}/`)).status).toBe(200);
  });

  it.each([
    ['not JSON', 'nonsense', 400],
    ['too large', JSON.stringify({ url: 'x'.repeat(1_100_000) }), 413],
  ])('refuses a body that is %s', async (_, body, status) => {
    expect((await site.api('POST', `${WEBSITE}/hooks`, body)).status).toBe(status);
  });
});
