import { type QueryClient, queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { Environment, EnvironmentRow } from '../../shared/api/environment.ts';
import type { Api, Read } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';

/** The environments of a project, as far as they are read. */
export interface Rows {
  readonly rows: readonly EnvironmentRow[];
  readonly isComplete: boolean;
}

/** Rows of the first page, which is shown before the others are read, and of the others. */
const pageSizes = { first: 200, other: 1000 } as const;

/** All environments of a project. */
export function rowsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['projects', project, 'rows'],
    async queryFn({ client, queryKey, signal }): Promise<Rows> {
      const show = (rows: readonly EnvironmentRow[]) =>
        showFirst(client, queryKey, { rows, isComplete: false });
      return { rows: await readAll(api, project, signal, show), isComplete: true };
    },
    refetchInterval: interval.tree,
  });
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
    key: ['projects', project, 'environments', environment],
    path: path`/projects/${project}/environments/${environment}`,
    schema: Environment,
    every: interval.environment,
  });
}
