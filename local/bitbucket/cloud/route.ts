import type { Bitbucket } from '../bitbucket.ts';
import type { Endpoint } from '../http/router.ts';
import type { Principal, Scope } from './credentials.ts';

/** One authenticated call of Cloud's REST API. */
export interface Call {
  readonly bitbucket: Bitbucket;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: unknown;
}

export interface Route extends Endpoint<Call> {
  readonly scopes: readonly Scope[];
}
