import { useCallback, useEffect, useState } from 'react';
import { replaceQuery } from '../../shell/location.ts';
import { type Filters, filtersIn, queryOf } from './filters.ts';

/** The address changes this long after the last key, because browsers limit the changes of an address. */
const quietMs = 250;

/**
 * The filters of the address, and the function that changes some of them. Another filter starts at the first page. The
 * address follows.
 */
export function useFilters(query: URLSearchParams): [Filters, (changes: Partial<Filters>) => void] {
  const text = query.toString();
  const [known, setKnown] = useState(text);
  const [filters, setFilters] = useState(() => filtersIn(query));
  if (known !== text) {
    // A link or the user has changed the address.
    setKnown(text);
    if (text !== textOf(filters)) setFilters(filtersIn(query));
  }
  useEffect(() => {
    if (textOf(filters) === text) return;
    const timer = setTimeout(() => replaceQuery(queryOf(filters)), quietMs);
    return () => clearTimeout(timer);
  }, [filters, text]);
  const change = useCallback(
    (changes: Partial<Filters>) => setFilters((before) => ({ ...before, page: 1, ...changes })),
    [],
  );
  return [filters, change];
}

function textOf(filters: Filters): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOf(filters))) if (value) parameters.set(name, value);
  return parameters.toString();
}
