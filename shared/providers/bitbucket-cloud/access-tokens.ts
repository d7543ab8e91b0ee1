import { sentence } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { type HttpResponse, jsonIn } from '../../runtime/http/http-client.ts';
import type { Network } from '../../runtime/http/network.ts';
import { requestBitbucket } from '../rest/client.ts';
import { codeFor, isPage, pageRemedy, retryAfterOf } from '../rest/error-response.ts';
import { OauthError, TokenResponse } from './schema.ts';

/** An OAuth consumer of a Bitbucket workspace. */
export interface Consumer {
  key: string;
  secret: string;
}

/** A cache of one access token, which is renewed before it expires. */
export interface AccessTokens {
  /** @throws BoughError git_host_credentials, git_host_unavailable, … */
  get(): Promise<string>;
  /** Drops a token that Bitbucket rejected, unless a newer token has replaced the token already. */
  forget(token: string): void;
  /** Requests a new token and returns its scopes; null when Bitbucket does not list them. An older token keeps the scopes that it was issued with. */
  renewScopes(): Promise<readonly string[] | null>;
}

interface Entry {
  response: Promise<TokenResponse>;
  /** The token; empty while the request is under way. */
  value: string;
  until: number;
}

/** A token is valid for two hours. The margin lets a clone that starts with it finish. */
const marginMs = 10 * 60_000;

/** Access tokens of an OAuth consumer by the client-credentials grant. Concurrent callers share one request. */
export function accessTokens(oauthUrl: string, consumer: Consumer, network: Network): AccessTokens {
  let current: Entry | null = null;
  const request = (): Entry => {
    const response = requestToken(oauthUrl, consumer, network);
    const entry = { response, value: '', until: Number.POSITIVE_INFINITY };
    response.then(
      ({ access_token, expires_in }) => {
        entry.value = access_token;
        entry.until = Date.now() + expires_in * 1000 - marginMs;
      },
      () => {
        if (current === entry) current = null;
      },
    );
    return entry;
  };
  return {
    async get() {
      if (!current || Date.now() >= current.until) current = request();
      return (await current.response).access_token;
    },
    forget(token) {
      if (current?.value === token) current = null;
    },
    async renewScopes() {
      current = request();
      return scopesIn(await current.response);
    },
  };
}

async function requestToken(
  oauthUrl: string,
  { key, secret }: Consumer,
  network: Network,
): Promise<TokenResponse> {
  const request = {
    method: 'POST',
    network,
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  };
  const response = await requestBitbucket(
    oauthUrl,
    request,
    'Bitbucket did not answer the request for an access token',
  );
  if (response.status === 200) return readToken(response);
  if (![400, 401, 403].includes(response.status) || isPage(response)) throw noToken(response);
  const said = saidIn(response);
  throw new BoughError(
    'git_host_credentials',
    sentence(`Invalid Bitbucket credentials${said ? `: ${said}` : ''}`),
    { remedy: remedyFor(response.status, said) },
  );
}

/** The error for a response that does not concern the credentials. */
function noToken(response: HttpResponse): BoughError {
  const message = `Bitbucket answered ${response.status} to the request for an access token.`;
  return new BoughError(isPage(response) ? 'git_host_unavailable' : codeFor(response.status), message, {
    retryAfter: retryAfterOf(response),
    ...(isPage(response) ? { remedy: pageRemedy } : {}),
  });
}

function scopesIn({ scopes }: TokenResponse): string[] | null {
  const names = scopes?.split(/\s+/).filter((name) => name !== '') ?? [];
  return names.length > 0 ? names : null;
}

/** The error contains neither the response nor the parser's error, because both may contain a token. */
function readToken(response: HttpResponse): TokenResponse {
  const parsed = TokenResponse.safeParse(jsonIn(response));
  if (parsed.success) return parsed.data;
  throw new BoughError(
    'git_host_unavailable',
    'Bitbucket answered the request for an access token with something else.',
    isPage(response) ? { remedy: pageRemedy } : {},
  );
}

function remedyFor(status: number, said: string): string {
  if (/marked as "?public/i.test(said))
    return 'Edit the OAuth consumer and tick "This is a private consumer".';
  const valid = 'Ensure that the OAuth consumer key and secret are valid.';
  return status === 400
    ? `${valid} Additionally, ensure that the OAuth consumer has a callback URL set (even just to http://localhost).`
    : valid;
}

function saidIn(response: HttpResponse): string {
  const { data } = OauthError.safeParse(jsonIn(response));
  return data?.error_description ?? data?.error ?? '';
}
