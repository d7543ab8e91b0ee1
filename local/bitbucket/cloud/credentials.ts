import { createHmac } from 'node:crypto';
import { equalSecrets, parseBasic, parseBearer, type User } from '../http/credentials.ts';
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
  /** Whose repositories it reaches; null: everybody's. */
  readonly workspaces: readonly string[] | null;
}

/** Who calls. A person may do everything, a consumer what its scopes say. */
export type Principal =
  | { readonly kind: 'user'; readonly name: string }
  | {
      readonly kind: 'consumer';
      readonly key: string;
      readonly scopes: readonly Scope[];
      readonly workspaces: readonly string[] | null;
    };

export interface Credentials {
  /** A token for `TOKEN_SECONDS`. */
  issueToken(consumer: Consumer): string;
  findConsumer(key: string, secret: string): Consumer | undefined;
  /** From now on, the consumer and all its tokens are unknown: somebody deleted it. */
  revokeConsumer(key: string): void;
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

/** Other people's private repositories are as good as not there. */
export function mayReach(principal: Principal, workspace: string): boolean {
  return principal.kind === 'user' || (principal.workspaces?.includes(workspace) ?? true);
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
      return basic.name === 'x-token-auth'
        ? verifyToken(basic.password)
        : verifyUser(basic.name, basic.password);
    },
  };
}
