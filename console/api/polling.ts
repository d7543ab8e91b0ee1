import { QueryClient, queryOptions } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import type { Api, Read } from './client.ts';

/**
 * Milliseconds between two reads, by the kind of resource. TanStack Query stops while the tab is hidden and reads at once
 * when the tab is shown again.
 */
export const interval = { log: 1000, environment: 2000, tree: 5000, other: 5000 } as const;

/** Creates the cache of the page. Failed reads are repeated by polling, which keeps earlier data. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The browser's idea of being online says nothing about a server on loopback.
        networkMode: 'always',
        refetchOnWindowFocus: 'always',
        refetchOnReconnect: false,
        refetchIntervalInBackground: false,
        retry: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** A polled resource. A read of an unchanged resource transfers no body. */
export function polled<T>(
  api: Api,
  request: { key: readonly string[]; path: string; schema: z.ZodMiniType<T>; every: number },
) {
  const { key, path, schema, every } = request;
  return queryOptions({
    queryKey: key,
    queryFn: ({ client, queryKey, signal }): Promise<Read<T>> =>
      api.get(path, schema, { signal, previous: client.getQueryData<Read<T>>(queryKey) }),
    select: withoutVersion<T>,
    refetchInterval: every,
  });
}

function withoutVersion<T>({ value }: Read<T>): T {
  return value;
}
