import { BoughError } from '../../errors.ts';
import { http } from '../../runtime/http-client.ts';
import { OauthError, TokenAnswer } from './schema.ts';

export interface Consumer {
  key: string;
  secret: string;
}

export interface AccessTokens {
  get(): Promise<string>;
  /** Forgets a token that Bitbucket no longer takes. */
  forget(): void;
}

/** A token is good for two hours; a clone that starts with it must be able to finish. */
const marginMs = 10 * 60_000;

/** Access tokens of an OAuth consumer, by client credentials: one request serves all who ask meanwhile. */
export function accessTokens(oauthUrl: string, consumer: Consumer): AccessTokens {
  let current: { token: Promise<string>; until: number } | null = null;
  const forget = () => {
    current = null;
  };
  return {
    forget,
    get() {
      if (current && Date.now() < current.until) return current.token;
      const request = requestToken(oauthUrl, consumer);
      const entry = { token: request.then((answer) => answer.access_token), until: Number.POSITIVE_INFINITY };
      current = entry;
      request.then((answer) => {
        entry.until = Date.now() + answer.expires_in * 1000 - marginMs;
      }, forget);
      return entry.token;
    },
  };
}

async function requestToken(oauthUrl: string, { key, secret }: Consumer) {
  const answer = await http(oauthUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  }).catch((cause: unknown) => {
    throw new BoughError(
      'git_host_unavailable',
      'Bitbucket did not answer the request for an access token.',
      { cause },
    );
  });
  if (answer.status === 200) return TokenAnswer.parse(JSON.parse(answer.text));
  if (answer.status >= 500 || answer.status === 429) {
    throw new BoughError(
      'git_host_unavailable',
      `Bitbucket answered ${answer.status} to the request for a token.`,
    );
  }
  const said = saidIn(answer.text);
  throw new BoughError('git_host_credentials', `Invalid Bitbucket credentials${said ? `: ${said}` : '.'}`, {
    remedy: remedyFor(answer.status, said),
  });
}

function remedyFor(status: number, said: string): string {
  if (/marked as "?public/i.test(said))
    return 'Edit the OAuth consumer and tick "This is a private consumer".';
  const valid = 'Ensure that the OAuth consumer key and secret are valid.';
  return status === 400
    ? `${valid} Additionally, ensure that the OAuth consumer has a callback URL set (even just to http://localhost).`
    : valid;
}

function saidIn(text: string): string {
  try {
    const { error_description, error } = OauthError.parse(JSON.parse(text));
    return error_description ?? error ?? '';
  } catch {
    return '';
  }
}
