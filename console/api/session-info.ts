import { queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { Me } from '../../shared/api/me.ts';
import type { Api } from './client.ts';
import { interval, polled } from './polling.ts';

/** The deployment that the server on loopback shows. */
export const SessionInfo = z.object({
  api_url: z.string(),
  region: z.nullable(z.string()),
  stack: z.nullable(z.string()),
  read_only: z.boolean(),
  version: z.string(),
});

/** A parsed `SessionInfo`. */
export type SessionInfo = z.infer<typeof SessionInfo>;

/** The deployment that the page shows. It is constant while the server on loopback runs. */
export function sessionQuery(api: Api) {
  return queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => api.own('/session', SessionInfo, signal),
    refetchInterval: ({ state }) => (state.data ? false : interval.other),
  });
}

/** The IAM identity that calls. */
export function callerQuery(api: Api) {
  return polled(api, { key: ['me'], path: '/me', schema: Me, every: 60_000 });
}
