import type { ApiCall, Endpoint } from '../http/router.ts';
import type { Principal, Scope } from './credentials.ts';

/** One authenticated call of Cloud's REST API. */
export type Call = ApiCall<Principal>;

/** One operation of Cloud's REST API. */
export interface Route extends Endpoint<Call> {
  /** The scopes that a consumer needs, all of them; none for a public operation. */
  readonly scopes: readonly Scope[];
}
