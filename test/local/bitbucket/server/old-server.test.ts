import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, push } from '../support/bitbucket.ts';
import { startReceiver } from '../support/receiver.ts';
import { REPO, type ServerSite, startServerSite } from '../support/server.ts';

let site: ServerSite;
beforeAll(async () => {
  site = await startServerSite({ serverVersion: 'old' });
});
afterAll(() => site.end());

const hook = (url: string, events: string[]) =>
  site.rest('POST', `${REPO}/webhooks`, { name: 'x', url, events });

describe('an old server', () => {
  it('reports its version', async () => {
    const { body } = await site.rest('GET', '/rest/api/1.0/application-properties', undefined, null);

    expect(at(body, 'version')).toBe('6.10.0');
  });

  it.each([
    ['GET', '/default-branch'],
    ['PUT', '/default-branch'],
    ['POST', '/commits/0123456789012345678901234567890123456789/builds'],
  ])('has no %s %s', async (method, path) => {
    const { status, body } = await site.rest(method, `${REPO}${path}`, method === 'GET' ? undefined : {});

    expect(status).toBe(404);
    expect(at(body, 'status-code')).toBe(404);
  });

  it('has the default branch under the older path, and answers 404 without one', async () => {
    await site.rest('POST', '/rest/api/1.0/projects/acme/repos', { name: 'empty' });

    expect((await site.rest('GET', `${REPO}/branches/default`)).body).toMatchObject({ displayId: 'main' });
    expect((await site.rest('GET', `${REPO.replace('website', 'empty')}/branches/default`)).status).toBe(404);
  });

  it('accepts builds by the older API', async () => {
    const body = { key: 'k', state: 'SUCCESSFUL', url: 'https://example.com/' };

    const { status } = await site.rest('POST', `/rest/build-status/latest/commits/${site.head}`, body);

    expect(status).toBe(204);
  });

  it('does not support the event for a moved source of a pull request', async () => {
    const refused = await hook('http://127.0.0.1:1/', ['repo:refs_changed', 'pr:from_ref_updated']);
    const { body } = await site.rest('GET', '/rest/webhooks/latest/capabilities', undefined, null);

    expect(refused.status).toBe(400);
    expect(at(refused.body, 'errors.0.message')).toBe('The event pr:from_ref_updated is unknown.');
    expect(at(body, 'application-webhooks')).not.toContain('pr:from_ref_updated');
    expect(at(body, 'application-webhooks')).toContain('pr:opened');
  });

  it('delivers a push without its commits', async () => {
    const receiver = await startReceiver();
    await hook(receiver.url, ['repo:refs_changed']);
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    await receiver.close();

    const [body] = receiver.bodies('repo:refs_changed');
    expect(at(body, 'changes.0.type')).toBe('ADD');
    expect(body).not.toHaveProperty('commits');
    expect(receiver.received[0]?.headers['user-agent']).toContain('Bitbucket-6.10.0');
  });
});
