import { startTransition, useEffect, useState } from 'react';
import { firstRows, rowsPerPage } from './row-limits.ts';

/** The number of rows to draw. A new search is answered by its first rows, and the others follow. */
export function useDrawnRows(search: string): number {
  const [whole, setWhole] = useState(search);
  useEffect(() => startTransition(() => setWhole(search)), [search]);
  return whole === search ? rowsPerPage : firstRows;
}
