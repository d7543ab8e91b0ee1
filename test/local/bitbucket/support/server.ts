import type { PlaygroundOptions } from '../../../../local/bitbucket/playground.ts';
import { type ApiAnswer, startWebsite } from './bitbucket.ts';
import { serverDescription } from './openapi.ts';

export const ADMIN = 'Bearer admin-token';
export const WRITER = 'Bearer write-token';
export const READER = 'Bearer read-token';

const TOKENS = [
  { token: 'admin-token', user: 'demo', permission: 'admin' },
  { token: 'write-token', user: 'pusher', permission: 'write' },
  { token: 'read-token', user: 'bough', permission: 'read' },
] as const;

/** acme/website below the API of its version. */
export const REPO = '/rest/api/latest/projects/acme/repos/website';

/** The website of acme, seen as Bitbucket Server shows it. */
export async function startServerSite(options: Partial<PlaygroundOptions> = {}) {
  const site = await startWebsite({ tokens: TOKENS, ...options });
  const { serverUrl } = site.playground;
  return {
    ...site,
    /** Calls the REST API as an administrator, unless another Authorization is given. */
    async rest(
      method: string,
      path: string,
      body?: unknown,
      authorization: string | null = ADMIN,
    ): Promise<ApiAnswer> {
      const url = path.startsWith('http') ? path : `${serverUrl}${path}`;
      const response = await fetch(url, {
        method,
        headers: {
          ...(authorization === null ? {} : { Authorization: authorization }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      // The description is that of 9.4; what older servers lack is not in it as missing.
      if (options.serverVersion !== 'old') serverDescription.check(method, new URL(url), answer);
      return answer;
    },
  };
}

export type ServerSite = Awaited<ReturnType<typeof startServerSite>>;
