import { equalSecrets, parseBasic, parseBearer, type User } from '../http/credentials.ts';
import type { Account } from '../store/records.ts';
import { notPermitted, ServerError } from './errors.ts';

/** What somebody may do with a repository; each includes those before it. */
const PERMISSIONS = ['read', 'write', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** An HTTP access token of a project or repository, and the user as whom it acts. */
export interface ServerToken {
  readonly token: string;
  readonly user: string;
  readonly permission: Permission;
  /** The projects whose repositories it reaches. @default all */
  readonly projects?: readonly string[];
}

/** Who calls. */
export interface Principal {
  readonly name: string;
  readonly permission: Permission;
  /** Null: all. */
  readonly projects: readonly string[] | null;
}

export interface ServerCredentials {
  /** From now on, the token is unknown. */
  revokeToken(token: string): void;
  /** Throws a 401 ServerError when the header is missing or wrong. */
  authenticate(authorization: string | undefined): Principal;
}

/** What git asks for a password by. */
const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Atlassian Bitbucket"' };

function wrongCredentials(): ServerError {
  const message = 'Authentication failed. Please check your credentials and try again.';
  const exception = 'auth.IncorrectPasswordAuthenticationException';
  return new ServerError(401, exception, message, { headers: CHALLENGE });
}

export function actorOf({ name }: Principal): Account {
  return { type: 'user', name };
}

export function mayDo({ permission }: Principal, needed: Permission): boolean {
  return PERMISSIONS.indexOf(permission) >= PERMISSIONS.indexOf(needed);
}

export function mayReach({ projects }: Principal, project: string): boolean {
  return projects === null || projects.includes(project);
}

/** Tokens of projects and repositories work as Bearer only, never as a password; a person's Basic does. */
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
      if (basic.name !== user.name || !equalSecrets(basic.password, user.password)) throw wrongCredentials();
      return { name: user.name, permission: 'admin', projects: null };
    },
  };
}
