import { sentence } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { type HttpAnswer, jsonIn } from '../../runtime/http-client.ts';
import type { Network } from '../../runtime/network.ts';
import { codeFor, isPage, pageRemedy, retryAfterOf } from '../refusal.ts';
import { askBitbucket } from '../rest.ts';
import { OauthError, TokenAnswer } from './schema.ts';

export interface Consumer {
  key: string;
  secret: string;
}

export interface AccessTokens {
  get(): Promise<string>;
  /** Forgets a token that Bitbucket no longer takes, unless another has taken its place already. */
  forget(token: string): void;
  /** The permissions of a new token, null when Bitbucket does not tell. An older one keeps those of its time. */
  renewScopes(): Promise<readonly string[] | null>;
}

interface Entry {
  answer: Promise<TokenAnswer>;
  /** Empty until it is there. */
  value: string;
  until: number;
}

/** A token is good for two hours; a clone that starts with it must be able to finish. */
const marginMs = 10 * 60_000;

/** Access tokens of an OAuth consumer, by client credentials: one request serves all who ask meanwhile. */
export function accessTokens(oauthUrl: string, consumer: Consumer, network: Network): AccessTokens {
  let current: Entry | null = null;
  const request = (): Entry => {
    const answer = requestToken(oauthUrl, consumer, network);
    const entry = { answer, value: '', until: Number.POSITIVE_INFINITY };
    answer.then(
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
      return (await current.answer).access_token;
    },
    forget(token) {
      if (current?.value === token) current = null;
    },
    async renewScopes() {
      current = request();
      return scopesIn(await current.answer);
    },
  };
}

async function requestToken(
  oauthUrl: string,
  { key, secret }: Consumer,
  network: Network,
): Promise<TokenAnswer> {
  const request = {
    method: 'POST',
    network,
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  };
  const answer = await askBitbucket(
    oauthUrl,
    request,
    'Bitbucket did not answer the request for an access token',
  );
  if (answer.status === 200) return readToken(answer);
  if (![400, 401, 403].includes(answer.status) || isPage(answer)) throw noToken(answer);
  const said = saidIn(answer);
  throw new BoughError(
    'git_host_credentials',
    sentence(`Invalid Bitbucket credentials${said ? `: ${said}` : ''}`),
    { remedy: remedyFor(answer.status, said) },
  );
}

/** An answer that says nothing about the credentials. */
function noToken(answer: HttpAnswer): BoughError {
  const message = `Bitbucket answered ${answer.status} to the request for an access token.`;
  return new BoughError(isPage(answer) ? 'git_host_unavailable' : codeFor(answer.status), message, {
    retryAfter: retryAfterOf(answer),
    ...(isPage(answer) ? { remedy: pageRemedy } : {}),
  });
}

function scopesIn({ scopes }: TokenAnswer): string[] | null {
  const names = scopes?.split(/\s+/).filter((name) => name !== '') ?? [];
  return names.length > 0 ? names : null;
}

/** Neither the answer nor the parser's error is told: both may hold a token. */
function readToken(answer: HttpAnswer): TokenAnswer {
  const parsed = TokenAnswer.safeParse(jsonIn(answer));
  if (parsed.success) return parsed.data;
  throw new BoughError(
    'git_host_unavailable',
    'Bitbucket answered the request for an access token with something else.',
    isPage(answer) ? { remedy: pageRemedy } : {},
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

function saidIn(answer: HttpAnswer): string {
  const { data } = OauthError.safeParse(jsonIn(answer));
  return data?.error_description ?? data?.error ?? '';
}
