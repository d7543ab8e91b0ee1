import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiFailure, asFailure } from '../api/api-failure.ts';

/** The failure of the last read. TanStack Query forgets the failure of a first read while it reads again. */
export function useFailure({
  error,
  isSuccess,
}: Pick<UseQueryResult, 'error' | 'isSuccess'>): ApiFailure | null {
  const [known, setKnown] = useState<Error | null>(null);
  const latest = error ?? (isSuccess ? null : known);
  if (latest !== known) setKnown(latest);
  return latest && asFailure(latest);
}

/** True when the API has no such resource. */
export function isMissing(failure: ApiFailure | null): boolean {
  return failure?.status === 404;
}
