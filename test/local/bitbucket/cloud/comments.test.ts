import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
const PULL_REQUEST = `${WEBSITE}/pullrequests/1`;
const COMMENTS = `${PULL_REQUEST}/comments`;

beforeAll(async () => {
  site = await startWebsite();
  await push(site.workingCopy, { branch: 'feature/a' });
  await site.api('POST', `${WEBSITE}/pullrequests`, {
    title: 'A page',
    source: { branch: { name: 'feature/a' } },
  });
});
afterAll(() => site.end());

const post = async (raw: string) => site.api('POST', COMMENTS, { content: { raw } }, await site.bearer());

describe('a comment on a pull request', () => {
  it("is created with the scopes of an integration; its author is the consumer's workspace", async () => {
    const { status, body, headers } = await post('**Deployed**');

    expect(status).toBe(201);
    expect(body).toMatchObject({
      type: 'pullrequest_comment',
      content: { raw: '**Deployed**' },
      user: { type: 'team', display_name: 'acme' },
      pullrequest: { id: 1, title: 'A page' },
    });
    expect(headers.get('location')).toBe(at(body, 'links.self.href'));
  });

  it('keeps its id and creation time when it is changed', async () => {
    const { body } = await post('Deploying');

    const path = `${COMMENTS}/${at(body, 'id')}`;
    await site.api('PUT', path, { content: { raw: 'Deployed' } }, await site.bearer());

    expect((await site.api('GET', path)).body).toMatchObject({
      id: at(body, 'id'),
      content: { raw: 'Deployed' },
      created_on: at(body, 'created_on'),
    });
  });

  it('is listed last, and the pull request counts it', async () => {
    const { body } = await post('The last one');

    const list = await site.api('GET', `${COMMENTS}?pagelen=100`);
    const values = at(list.body, 'values') as unknown[];

    expect(at(values.at(-1), 'id')).toBe(at(body, 'id'));
    expect((await site.api('GET', PULL_REQUEST)).body).toMatchObject({ comment_count: values.length });
  });

  it.each([
    ['blank', { content: { raw: ' ' } }, 'content.raw: This field may not be blank.'],
    ['without content', {}, 'content: This field is required.'],
  ])('is refused when it is %s', async (_, fields, message) => {
    const { status, body } = await site.api('POST', COMMENTS, fields);

    expect({ status, message: at(body, 'error.message') }).toEqual({ status: 400, message });
  });

  it('is not found under another number or pull request', async () => {
    expect((await site.api('GET', `${COMMENTS}/4711`)).status).toBe(404);
    expect((await site.api('GET', `${WEBSITE}/pullrequests/4711/comments`)).status).toBe(404);
  });
});
