import { useMemo, useSyncExternalStore } from 'react';
import { addressOf, type Place, parsePlace, type Route } from './routes.ts';

const replaced = 'bough:replaced';

/** The place that the address names. It changes with the address. */
export function usePlace(): Place {
  const fragment = useSyncExternalStore(onAddressChange, () => location.hash);
  return useMemo(() => parsePlace(fragment), [fragment]);
}

/** Opens a page as a new entry of the browser's history. */
export function open(route: Route): void {
  location.hash = addressOf(route);
}

/** Opens a page in place of the current entry of the browser's history. */
export function replacePage(route: Route): void {
  history.replaceState(null, '', addressOf(route));
  dispatchEvent(new Event(replaced));
}

let pagesOpened = 0;
addEventListener('hashchange', () => {
  pagesOpened += 1;
});

/** True until another page is opened in this tab. */
export function isFirstPage(): boolean {
  return pagesOpened === 0;
}

/** Changes the query of the address without a new entry of the browser's history. Null removes a parameter. */
export function replaceQuery(changes: Readonly<Record<string, string | null>>): void {
  const [path = ''] = location.hash.split('?');
  const { query } = parsePlace(location.hash);
  for (const [name, value] of Object.entries(changes)) {
    // Deleted first, so that the order of parameters is that of the changes.
    query.delete(name);
    if (value) query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(null, '', text === '' ? path || '#/' : `${path}?${text}`);
  dispatchEvent(new Event(replaced));
}

function onAddressChange(listener: () => void) {
  addEventListener('hashchange', listener);
  addEventListener(replaced, listener);
  return () => {
    removeEventListener('hashchange', listener);
    removeEventListener(replaced, listener);
  };
}
