import type { PlaygroundOptions } from '../../../../local/bitbucket/playground.ts';
import { type ApiResult, at, startWebsite } from './bitbucket.ts';
import { serverDescription } from './openapi.ts';

/** The Authorization header of a token with administrator permission. */
export const ADMIN = 'Bearer admin-token';
/** The Authorization header of a token with write permission. */
export const WRITER = 'Bearer write-token';
/** The Authorization header of a token with read permission. */
export const READER = 'Bearer read-token';

const TOKENS = [
  { token: 'admin-token', user: 'demo', permission: 'admin' },
  { token: 'write-token', user: 'pusher', permission: 'write' },
  { token: 'read-token', user: 'bough', permission: 'read' },
] as const;

/** The path of acme/website in Server's API. */
export const REPO = '/rest/api/latest/projects/acme/repos/website';

/** Starts a playground with acme/website, to use as Bitbucket Server. */
export async function startServerSite(options: Partial<PlaygroundOptions> = {}) {
  const site = await startWebsite({ tokens: TOKENS, ...options });
  const { serverUrl } = site.playground;
  return {
    ...site,
    /** Calls Server's REST API, as an administrator by default; null sends no Authorization. */
    async rest(
      method: string,
      path: string,
      body?: unknown,
      authorization: string | null = ADMIN,
    ): Promise<ApiResult> {
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
      const result = {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      // The description is release 9.4's, so it does not apply to the older release.
      if (options.serverVersion !== 'old') serverDescription.check(method, new URL(url), result);
      return result;
    },
  };
}

/** The result of `startServerSite`. */
export type ServerSite = Awaited<ReturnType<typeof startServerSite>>;

/** The class name of the Java exception in an error response. */
export function exceptionOf(body: unknown): string | undefined {
  return String(at(body, 'errors.0.exceptionName')).split('.').at(-1);
}
