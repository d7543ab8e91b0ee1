import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useApi } from '../api/api-context.tsx';
import { type ApiFailure, asFailure } from '../api/api-failure.ts';
import type { Api } from '../api/client.ts';

/** A change through the API. */
export interface Write<Input> {
  run(input: Input): void;
  readonly isBusy: boolean;
  /** Why the last attempt failed. */
  readonly failure: ApiFailure | null;
}

/**
 * A change through the API. Shown data that it can change is read again after it, whether it succeeds or not.
 * @param outdated the beginnings of the keys of the queries that it can change
 */
export function useWrite<Input, Output>(
  write: (api: Api, input: Input) => Promise<Output>,
  onDone: (output: Output) => void,
  outdated: readonly (readonly string[])[],
): Write<Input> {
  const api = useApi();
  const client = useQueryClient();
  // A second Enter can come before the button is drawn as busy.
  const isRunning = useRef(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (input: Input) => write(api, input),
    onSuccess: onDone,
    onSettled: () => {
      isRunning.current = false;
      for (const queryKey of outdated) void client.invalidateQueries({ queryKey });
    },
  });
  const run = (input: Input) => {
    if (isRunning.current) return;
    isRunning.current = true;
    mutate(input);
  };
  return { run, isBusy: isPending, failure: error ? asFailure(error) : null };
}
