type Close = () => Promise<void> | void;

/** Cleanup of a start that fails half-way and of a normal stop. */
export interface Lifetime {
  /** Registers the cleanup of a started part. */
  own(close: Close): void;
  /** Closes all parts in reverse order, also after an error. Throws AggregateError. */
  end(): Promise<void>;
}

/** Creates a lifetime without parts. */
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

/** Like Promise.all, but settles all promises first, so that no part starts after the cleanup. */
export async function settleAll<T extends readonly unknown[] | []>(
  starts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}
