import { QueryClient, queryOptions } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import type { Api, Read } from './client.ts';

/**
 * Milliseconds between two reads, by the kind of resource. TanStack Query stops while the tab is hidden and reads at once
 * when the tab is shown again.
 */
export const interval = {
  log: 1000,
  environment: 2000,
  tree: 5000,
  repeatedRead: 30_000,
  other: 5000,
} as const;

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
  request: Resource<T> & {
    /** Milliseconds between two reads, which can depend on the last answer; false for no more reads. */
    every: number | ((value: T | undefined) => number | false);
  },
) {
  const { key, path, schema, every } = request;
  return queryOptions({
    queryKey: key,
    queryFn: ({ client, queryKey, signal }): Promise<Read<T>> =>
      api.get(path, schema, { signal, previous: client.getQueryData<Read<T>>(queryKey) }),
    select: withoutVersion<T>,
    refetchInterval: ({ state: { data } }) => (typeof every === 'number' ? every : every(data?.value)),
  });
}

/** A resource that is costly to read. It is read when its page is opened, after a change, and when the user asks. */
export function readOnDemand<T>(api: Api, { key, path, schema }: Resource<T>) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get(path, schema, { signal }),
    select: withoutVersion<T>,
    refetchOnWindowFocus: false,
  });
}

interface Resource<T> {
  readonly key: readonly string[];
  readonly path: string;
  readonly schema: z.ZodMiniType<T>;
}

function withoutVersion<T>({ value }: Read<T>): T {
  return value;
}
