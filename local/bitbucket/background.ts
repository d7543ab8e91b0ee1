/** Runs work that no caller waits for, such as webhook deliveries. */
export interface Background {
  /** Starts `work`. Its errors are logged. */
  run(what: string, work: () => Promise<void>): void;
  /** Like `run`, but work with the same key runs sequentially. */
  runInTurn(key: string, what: string, work: () => Promise<void>): void;
  /** Resolves when no work is left, including work that was added while waiting. */
  settled(): Promise<void>;
}

/** Creates an empty `Background`; `log` receives one line per failure. */
export function createBackground(log: (line: string) => void): Background {
  const pending = new Set<Promise<void>>();
  const tails = new Map<string, Promise<void>>();

  function start(what: string, work: () => Promise<void>): Promise<void> {
    const task = work()
      .catch((error: unknown) => log(`${what} failed: ${error instanceof Error ? error.message : error}`))
      .finally(() => pending.delete(task));
    pending.add(task);
    return task;
  }

  return {
    run: (what, work) => void start(what, work),
    runInTurn(key, what, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const task = start(what, async () => {
        await before;
        await work();
      });
      tails.set(key, task);
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
