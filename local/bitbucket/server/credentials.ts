import { equalSecrets, isUser, parseBasic, parseBearer, type User } from '../http/credentials.ts';
import type { Account } from '../store/records.ts';
import { notPermitted, ServerError } from './errors.ts';

/** In ascending order: each permission includes the previous ones. */
const PERMISSIONS = ['read', 'write', 'admin'] as const;
/** A permission on a repository. */
export type Permission = (typeof PERMISSIONS)[number];

/** An HTTP access token and the user that it acts as. */
export interface ServerToken {
  readonly token: string;
  readonly user: string;
  readonly permission: Permission;
  /** The projects whose repositories the token can access. @default all */
  readonly projects?: readonly string[];
}

/** The authenticated caller. */
export interface Principal {
  readonly name: string;
  readonly permission: Permission;
  /** The projects whose repositories the caller can access; null: all. */
  readonly projects: readonly string[] | null;
}

/** Server's users and HTTP access tokens. */
export interface ServerCredentials {
  /** Makes the token invalid. */
  revokeToken(token: string): void;
  /** Throws a 401 ServerError when the header is missing or wrong. */
  authenticate(authorization: string | undefined): Principal;
}

/** The header that makes git ask for a password. */
const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Atlassian Bitbucket"' };

function wrongCredentials(): ServerError {
  const message = 'Authentication failed. Please check your credentials and try again.';
  const exception = 'auth.IncorrectPasswordAuthenticationException';
  return new ServerError(401, exception, message, { headers: CHALLENGE });
}

/** The actor of a principal's changes. */
export function actorOf({ name }: Principal): Account {
  return { type: 'user', name };
}

/** Whether the caller has a permission or a higher one. */
export function hasPermission({ permission }: Principal, needed: Permission): boolean {
  return PERMISSIONS.indexOf(permission) >= PERMISSIONS.indexOf(needed);
}

/** Whether the caller can access the repositories of a project. */
export function canAccess({ projects }: Principal, project: string): boolean {
  return projects === null || projects.includes(project);
}

/** Accepts the tokens as Bearer only, since Server refuses project tokens as passwords, and the user with Basic. */
export function createServerCredentials(tokens: readonly ServerToken[], user: User): ServerCredentials {
  const revoked = new Set<string>();
  return {
    revokeToken: (token) => void revoked.add(token),
    authenticate(authorization) {
      const bearer = parseBearer(authorization);
      if (bearer !== undefined) {
        const known = tokens.find(({ token }) => equalSecrets(token, bearer) && !revoked.has(token));
        if (known === undefined) throw wrongCredentials();
        const { user: name, permission, projects = null } = known;
        return { name, permission, projects };
      }
      const basic = parseBasic(authorization);
      if (basic === undefined) throw notPermitted(CHALLENGE);
      if (!isUser(user, basic)) throw wrongCredentials();
      return { name: user.name, permission: 'admin', projects: null };
    },
  };
}
