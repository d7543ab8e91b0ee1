import { describe, expect, it } from 'vitest';
import { inParallel } from '../../shared/runtime/in-parallel.ts';

describe('inParallel', () => {
  it('processes every item once', async () => {
    const done: number[] = [];

    await inParallel([1, 2, 3, 4, 5], 2, async (item) => void done.push(item));

    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('runs up to the allowed number of tasks at a time', async () => {
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    });

    expect(most).toBe(3);
  });

  it('rejects with the first failure, starts no further task and waits for running tasks', async () => {
    const begun: number[] = [];
    let ended = 0;
    const doing = inParallel([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('no');
      await new Promise(setImmediate);
      ended += 1;
    });

    await expect(doing).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
    expect(ended).toBe(1);
  });
});
