import { createHmac } from 'node:crypto';
import { equalSecrets, isUser, parseBasic, parseBearer, type User } from '../http/credentials.ts';
import { ApiError } from './errors.ts';

/** A permission of an OAuth consumer. */
export type Scope =
  | 'repository'
  | 'repository:write'
  | 'repository:admin'
  | 'pullrequest'
  | 'pullrequest:write'
  | 'webhook';

/** An OAuth consumer. */
export interface Consumer {
  readonly key: string;
  readonly secret: string;
  /** "This is a private consumer". */
  readonly isPrivate: boolean;
  readonly callbackUrl: string | null;
  readonly scopes: readonly Scope[];
  /** The workspaces whose repositories the consumer can access; null: all. */
  readonly workspaces: readonly string[] | null;
}

/** The authenticated caller: a user, who has every permission, or a consumer with its scopes. */
export type Principal =
  | { readonly kind: 'user'; readonly name: string }
  | {
      readonly kind: 'consumer';
      readonly key: string;
      readonly scopes: readonly Scope[];
      readonly workspaces: readonly string[] | null;
    };

/** Cloud's users, consumers and access tokens. */
export interface Credentials {
  /** An access token that is valid for `TOKEN_SECONDS`. */
  issueToken(consumer: Consumer): string;
  findConsumer(key: string, secret: string): Consumer | undefined;
  /** Makes the consumer and its tokens invalid, as if it had been deleted. */
  revokeConsumer(key: string): void;
  /** Throws a 401 ApiError when the header is missing, wrong or expired. */
  authenticate(authorization: string | undefined): Principal;
}

/** The lifetime of an access token. */
export const TOKEN_SECONDS = 7200;

/** The scopes that each scope includes, according to Bitbucket's documentation. */
const IMPLIED: Record<Scope, readonly Scope[]> = {
  repository: [],
  'repository:write': ['repository'],
  'repository:admin': [],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository:write', 'repository'],
  webhook: [],
};

function unauthorised(message: string): ApiError {
  return new ApiError(401, message);
}

/** Throws a 403 ApiError unless the caller has all required scopes. */
export function requireScopes(principal: Principal, required: readonly Scope[]): void {
  if (principal.kind === 'user') return;
  const granted = new Set(principal.scopes.flatMap((scope) => [scope, ...IMPLIED[scope]]));
  if (required.every((scope) => granted.has(scope))) return;
  throw new ApiError(403, 'Your credentials lack one or more required privilege scopes.', {
    detail: { required: [...required], granted: [...principal.scopes] },
  });
}

/** Whether the caller can see a workspace's private repositories. */
export function canAccess(principal: Principal, workspace: string): boolean {
  return principal.kind === 'user' || (principal.workspaces?.includes(workspace) ?? true);
}

/**
 * Accepts the credentials that Bitbucket accepts: `Bearer <token>`, Basic `x-token-auth:<token>` and Basic with a
 * user. Tokens are stateless: they contain their consumer and expiry, signed with `tokenKey`.
 */
export function createCredentials(
  consumers: readonly Consumer[],
  user: User,
  tokenKey: string,
  now: () => Date,
): Credentials {
  const revoked = new Set<string>();
  const findByKey = (key: string) => consumers.find((consumer) => consumer.key === key && !revoked.has(key));
  const sign = (text: string) => createHmac('sha256', tokenKey).update(text).digest('base64url');

  function verifyToken(token: string): Principal {
    const [payload = '', signature = ''] = token.split('.');
    const [key = '', expires = ''] = Buffer.from(payload, 'base64url').toString('utf8').split('\n');
    const consumer = findByKey(key);
    if (!equalSecrets(sign(payload), signature) || consumer === undefined) {
      throw unauthorised('Token is invalid, expired, or not supported for this endpoint.');
    }
    if (Number(expires) <= now().getTime()) {
      throw unauthorised('Access token expired. Use your refresh token to obtain a new access token.');
    }
    const { scopes, workspaces } = consumer;
    return { kind: 'consumer', key, scopes, workspaces };
  }

  function verifyUser(basic: User): Principal {
    if (isUser(user, basic)) return { kind: 'user', name: user.name };
    throw unauthorised('Invalid username or password.');
  }

  return {
    issueToken(consumer) {
      const expires = now().getTime() + TOKEN_SECONDS * 1000;
      const payload = Buffer.from(`${consumer.key}\n${expires}`).toString('base64url');
      return `${payload}.${sign(payload)}`;
    },
    findConsumer(key, secret) {
      const consumer = findByKey(key);
      return consumer !== undefined && equalSecrets(consumer.secret, secret) ? consumer : undefined;
    },
    revokeConsumer: (key) => void revoked.add(key),
    authenticate(authorization) {
      const token = parseBearer(authorization);
      if (token !== undefined) return verifyToken(token);
      const basic = parseBasic(authorization);
      if (basic === undefined) throw unauthorised('Authentication is required to read a private repository.');
      return basic.name === 'x-token-auth' ? verifyToken(basic.password) : verifyUser(basic);
    },
  };
}
