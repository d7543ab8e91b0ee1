import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { type ApiFailure, asFailure } from '../api/api-failure.ts';

/** The page shows earlier data, because reads fail. */
export interface Outage {
  readonly failure: ApiFailure;
  /** When the oldest shown data was read, in milliseconds. */
  readonly lastRead: number;
}

/** The current outage; null while reads succeed. */
export function useOutage(): Outage | null {
  const client = useQueryClient();
  const text = useSyncExternalStore(
    (listener) => client.getQueryCache().subscribe(listener),
    () => keyOf(outageOf(client)),
  );
  return text === '' ? null : outageOf(client);
}

/** The outage that the queries of the shown page have. */
function outageOf(client: QueryClient): Outage | null {
  const failed = client
    .getQueryCache()
    .getAll()
    .filter((query) => query.isActive() && query.state.error !== null)
    .map(({ state }) => ({ failure: asFailure(state.error), lastRead: state.dataUpdatedAt }))
    // A part of the page without data shows its failure itself, and one of a deleted resource says that it is gone.
    .filter(({ failure, lastRead }) => lastRead > 0 && (failure.isPassing || failure.status !== 404));
  const [first] = failed;
  return first
    ? { failure: first.failure, lastRead: Math.min(...failed.map((each) => each.lastRead)) }
    : null;
}

function keyOf(outage: Outage | null): string {
  return outage ? `${outage.lastRead} ${outage.failure.message}` : '';
}
