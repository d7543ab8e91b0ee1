import { useState } from 'react';
import type { ApiFailure } from '../api/api-failure.ts';

/** The messages under the fields of a form. */
export interface FieldErrors {
  /** The message for a field; null for a field without one, and for a field that was changed since. */
  of(field: string): string | null;
  /** Removes the message for a field, because the user corrects it. */
  clear(field: string): void;
}

/** The messages of a refused form. Each stays until its field is changed. */
export function useFieldErrors(failure: ApiFailure | null): FieldErrors {
  const [cleared, setCleared] = useState<{ failure: ApiFailure | null; fields: readonly string[] }>({
    failure,
    fields: [],
  });
  const fields = cleared.failure === failure ? cleared.fields : [];
  return {
    of: (field) => (fields.includes(field) ? null : (failure?.fields[field] ?? null)),
    clear: (field) => setCleared({ failure, fields: [...fields, field] }),
  };
}
