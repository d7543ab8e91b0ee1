import { startTransition, useEffect, useState } from 'react';

/** Rows of one page. Cloudscape's tables render all of their rows. */
export const rowsPerPage = 50;

/** Rows that a search shows first. They fill a window. */
const firstRows = 15;

/** The number of rows to draw. A new search is answered by its first rows, and the others follow. */
export function useDrawnRows(search: string): number {
  const [whole, setWhole] = useState(search);
  useEffect(() => startTransition(() => setWhole(search)), [search]);
  return whole === search ? rowsPerPage : firstRows;
}
