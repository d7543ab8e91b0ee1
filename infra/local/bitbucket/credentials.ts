import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError } from './errors.ts';

/** Permissions of an OAuth consumer, by Bitbucket's names. */
export type Scope =
  | 'repository'
  | 'repository:write'
  | 'repository:admin'
  | 'pullrequest'
  | 'pullrequest:write'
  | 'webhook';

export interface Consumer {
  readonly key: string;
  readonly secret: string;
  /** False where the consumer's page lacks the tick at "This is a private consumer". */
  readonly isPrivate: boolean;
  readonly callbackUrl: string | null;
  readonly scopes: readonly Scope[];
}

export interface User {
  readonly name: string;
  readonly password: string;
}

/** Who calls. A person may do everything, a consumer what its scopes say. */
export type Principal =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'consumer'; readonly key: string; readonly scopes: readonly Scope[] };

export interface Credentials {
  /** A token for `TOKEN_SECONDS`. */
  issueToken(consumer: Consumer): string;
  findConsumer(key: string, secret: string): Consumer | undefined;
  /** Throws a 401 ApiError when the header is missing, wrong or expired. */
  authenticate(authorization: string | undefined): Principal;
}

export const TOKEN_SECONDS = 7200;

/** From Bitbucket's scope documentation: what includes what. */
const IMPLIED: Record<Scope, readonly Scope[]> = {
  repository: [],
  'repository:write': ['repository'],
  'repository:admin': [],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository:write', 'repository'],
  webhook: [],
};

export function equalSecrets(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Reads `Authorization: Basic …`; undefined for anything else. */
export function parseBasic(
  authorization: string | undefined,
): { name: string; password: string } | undefined {
  const encoded = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function unauthorised(message: string): ApiError {
  return new ApiError(401, message);
}

/** Throws the API's 403 unless the caller may do what needs these scopes. */
export function requireScopes(principal: Principal, required: readonly Scope[]): void {
  if (principal.kind === 'user') return;
  const granted = new Set(principal.scopes.flatMap((scope) => [scope, ...IMPLIED[scope]]));
  if (required.every((scope) => granted.has(scope))) return;
  throw new ApiError(403, 'Your credentials lack one or more required privilege scopes.', {
    detail: { required: [...required], granted: [...principal.scopes] },
  });
}

/**
 * Checks credentials as Bitbucket does: `Bearer <token>`, Basic `x-token-auth:<token>`, Basic with a user.
 * Tokens carry their consumer and end, signed, so that they need no place to be stored.
 */
export function createCredentials(
  consumers: readonly Consumer[],
  user: User,
  tokenKey: string,
  now: () => Date,
): Credentials {
  const sign = (text: string) => createHmac('sha256', tokenKey).update(text).digest('base64url');

  function verifyToken(token: string): Principal {
    const [payload = '', signature = ''] = token.split('.');
    const [key = '', expires = ''] = Buffer.from(payload, 'base64url').toString('utf8').split('\n');
    const consumer = consumers.find((candidate) => candidate.key === key);
    if (!equalSecrets(sign(payload), signature) || consumer === undefined) {
      throw unauthorised('Token is invalid, expired, or not supported for this endpoint.');
    }
    if (Number(expires) <= now().getTime()) {
      throw unauthorised('Access token expired. Use your refresh token to obtain a new access token.');
    }
    return { kind: 'consumer', key, scopes: consumer.scopes };
  }

  function verifyUser(name: string, password: string): Principal {
    if (name === user.name && equalSecrets(password, user.password)) return { kind: 'user', name };
    throw unauthorised('Invalid username or password.');
  }

  return {
    issueToken(consumer) {
      const expires = now().getTime() + TOKEN_SECONDS * 1000;
      const payload = Buffer.from(`${consumer.key}\n${expires}`).toString('base64url');
      return `${payload}.${sign(payload)}`;
    },
    findConsumer: (key, secret) =>
      consumers.find((consumer) => consumer.key === key && equalSecrets(consumer.secret, secret)),
    authenticate(authorization) {
      const token = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
      if (token !== undefined) return verifyToken(token);
      const basic = parseBasic(authorization);
      if (basic === undefined) throw unauthorised('Authentication is required to read a private repository.');
      return basic.name === 'x-token-auth'
        ? verifyToken(basic.password)
        : verifyUser(basic.name, basic.password);
    },
  };
}
