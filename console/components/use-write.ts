import { useMutation, useQueryClient } from '@tanstack/react-query';
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

/** A change through the API. All shown data is read again after it, whether it succeeds or not. */
export function useWrite<Input, Output>(
  write: (api: Api, input: Input) => Promise<Output>,
  onDone: (output: Output) => void,
): Write<Input> {
  const api = useApi();
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (input: Input) => write(api, input),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  });
  return { run: mutate, isBusy: isPending, failure: error ? asFailure(error) : null };
}
