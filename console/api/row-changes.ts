import type { Changes } from '../../shared/api/changes.ts';
import type { EnvironmentRow } from '../../shared/api/environment.ts';

type Rows = readonly EnvironmentRow[];

/** The rows after changes. The API repeats a change for a minute, so most changes are known already. */
export function applyChanges(rows: Rows, { environments, gone }: Changes): Rows {
  const old = new Set([...environments.map(({ id }) => id), ...gone]);
  return keepUnchanged(rows, [...rows.filter(({ id }) => !old.has(id)), ...environments]);
}

/** The new rows, with the identical objects for unchanged ones; the old array when all are unchanged. */
export function keepUnchanged(before: Rows, after: Rows): Rows {
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = after.map((row) => {
    const old = known.get(row.id);
    return old && isSame(old, row) ? old : row;
  });
  const isUnchanged = rows.length === before.length && rows.every((row) => known.get(row.id) === row);
  return isUnchanged ? before : rows;
}

function isSame(a: EnvironmentRow, b: EnvironmentRow): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
