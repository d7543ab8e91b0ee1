type Close = () => Promise<void> | void;

/** Collects what must be closed, so that a start that fails half-way and a normal stop take the same way out. */
export interface Lifetime {
  /** Registers something that now runs. */
  own(close: Close): void;
  /** Closes everything, the youngest first; each gets its chance even when another fails. */
  end(): Promise<void>;
}

export function createLifetime(): Lifetime {
  const owned: Close[] = [];
  let ending: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const problems: unknown[] = [];
    for (let close = owned.pop(); close !== undefined; close = owned.pop()) {
      try {
        await close();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, 'The local stack did not stop cleanly.');
  }

  return {
    own(close) {
      owned.push(close);
    },
    end() {
      ending ??= closeAll();
      return ending;
    },
  };
}

/** Waits for every start, also after one has failed, so that nothing starts behind the back of the clean-up. */
export async function settleAll<T extends readonly unknown[] | []>(
  starts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}
