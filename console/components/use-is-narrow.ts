import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 688px)');

/** True on a screen as wide as a phone's, where tables have one column. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(onChange, () => narrow.matches);
}

function onChange(listener: () => void) {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}
