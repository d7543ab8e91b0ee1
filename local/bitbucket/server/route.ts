import type { Bitbucket, ServerVersion } from '../bitbucket.ts';
import type { Endpoint } from '../http/router.ts';
import type { Permission, Principal } from './credentials.ts';

/** One authenticated call of Server's REST API. */
export interface Call {
  readonly bitbucket: Bitbucket;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: unknown;
}

export interface Route extends Endpoint<Call> {
  /** `nothing`: whoever asks, without credentials. */
  readonly needs: Permission | 'nothing';
  /** Since which version it is there; all, unless said. */
  readonly since?: ServerVersion;
}

/** Every path below it is a repository's. */
export const REPOSITORY = '/api/projects/{project}/repos/{slug}';
