/** Work that no caller waits for, such as webhook deliveries, and a way to wait for all of it. */
export interface Background {
  /** Runs work in the background; what it throws is logged, never lost. */
  run(what: string, work: () => Promise<void>): void;
  /** Like `run`, one after the other for the same key. */
  runInTurn(key: string, what: string, work: () => Promise<void>): void;
  /** Resolves when nothing is left, also nothing that came up meanwhile. */
  settled(): Promise<void>;
}

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
