import { type QueryClient, queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { Changes } from '../../shared/api/changes.ts';
import { Environment, EnvironmentRow } from '../../shared/api/environment.ts';
import type { Api, Read } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';
import { queryKeys } from './query-keys.ts';
import { applyChanges, keepUnchanged } from './row-changes.ts';

/** The environments of a project, as far as they are read. */
export interface Rows {
  readonly rows: readonly EnvironmentRow[];
  readonly isComplete: boolean;
  /** Reads of everything in a row. The API asks for them for a minute after many changes. */
  readonly fullReads: number;
  /** The version of these rows, from which the next read continues. */
  readonly changes: Read<Changes>;
}

/** Rows of the first page, which is shown before the others are read, and of the others. */
const pageSizes = { first: 200, other: 1000 } as const;

/** All environments of a project. After the first read, only those that changed are read again. */
export function rowsQuery(api: Api, project: string) {
  const changesPath = path`/projects/${project}/changes`;
  return queryOptions({
    queryKey: [...queryKeys.project(project), 'rows'],
    async queryFn({ client, queryKey, signal }): Promise<Rows> {
      const known = client.getQueryData<Rows>(queryKey);
      const shown = known?.isComplete ? known : undefined;
      const changes = await api.get(changesPath, Changes, { signal, previous: shown?.changes });
      if (shown && changes === shown.changes) return shown;
      if (shown && !changes.value.everything) {
        const rows = applyChanges(shown.rows, changes.value);
        return { rows, isComplete: true, fullReads: 0, changes };
      }
      // The version is older than the rows, so that no change between both is missed.
      const show = (rows: readonly EnvironmentRow[]) =>
        showFirst(client, queryKey, { rows, isComplete: false, fullReads: 0, changes });
      const rows = keepUnchanged(shown?.rows ?? [], await readAll(api, project, signal, show));
      return { rows, isComplete: true, fullReads: (shown?.fullReads ?? 0) + 1, changes };
    },
    // Unchanged rows are identical objects already.
    structuralSharing: false,
    refetchInterval: ({ state }) => (isExpensive(state.data) ? interval.repeatedRead : interval.tree),
  });
}

/** True when each poll reads thousands of environments, all of which were just read. */
function isExpensive(known: Rows | undefined): boolean {
  return known !== undefined && known.fullReads > 1 && known.rows.length > pageSizes.other;
}

async function readAll(
  api: Api,
  project: string,
  signal: AbortSignal,
  show: (rows: readonly EnvironmentRow[]) => void,
): Promise<readonly EnvironmentRow[]> {
  const rows: EnvironmentRow[] = [];
  const list = path`/projects/${project}/environments`;
  let next: string | null = `${list}?view=row&count=${pageSizes.first}`;
  while (next !== null) {
    const page: Read<EnvironmentRow[]> = await api.get(next, z.array(EnvironmentRow), { signal });
    rows.push(...page.value);
    show([...rows]);
    next = page.next?.replace(/\bcount=\d+/, `count=${pageSizes.other}`) ?? null;
  }
  return rows;
}

/** Shows the rows of the first read as they come. Later reads replace all rows at once. */
function showFirst(client: QueryClient, queryKey: readonly string[], read: Rows): void {
  const shown = client.getQueryData<Rows>(queryKey);
  if (!shown || (!shown.isComplete && shown.rows.length < read.rows.length))
    client.setQueryData(queryKey, read);
}

/** One environment. */
export function environmentQuery(api: Api, project: string, environment: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'environments', environment],
    path: path`/projects/${project}/environments/${environment}`,
    schema: Environment,
    every: interval.environment,
  });
}
