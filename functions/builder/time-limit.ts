/**
 * Runs steps whose signal is also aborted when the time is up. `reason` is then the error.
 * @param milliseconds undefined for no limit
 */
export async function withTimeLimit<T>(
  signal: AbortSignal,
  milliseconds: number | undefined,
  reason: Error | undefined,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (milliseconds === undefined) return act(signal);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(reason), milliseconds);
  try {
    return await act(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    late.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
