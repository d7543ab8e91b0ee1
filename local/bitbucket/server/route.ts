import type { ServerVersion } from '../bitbucket.ts';
import type { ApiCall, Endpoint } from '../http/router.ts';
import type { Permission, Principal } from './credentials.ts';

/** One authenticated call of Server's REST API. */
export type Call = ApiCall<Principal>;

/** One operation of Server's REST API. */
export interface Route extends Endpoint<Call> {
  /** The permission that the caller needs; `none` for a public operation. */
  readonly permission: Permission | 'none';
  /** The release that added the operation. @default available in both */
  readonly since?: ServerVersion;
}

/** The path of a repository, which its operations begin with. */
export const REPOSITORY = '/api/projects/{project}/repos/{slug}';
