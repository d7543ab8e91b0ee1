import { afterEach, describe, expect, it, vi } from 'vitest';
import { readList } from '../../../shared/providers/rest/read-list.ts';

const page = (values: readonly string[], next: number | null, text = '') => ({
  values,
  next,
  response: { text },
});

/** A list of which every page has a next one. */
const endless = (values: readonly string[], text = '') =>
  readList('of pull requests', 0, async (place) => page(values, place + 1, text));

afterEach(() => void vi.useRealTimers());

describe('a list', () => {
  it('is read to its end', async () => {
    const list = readList('', 0, async (place) => page([`item ${place}`], place < 2 ? place + 1 : null));
    await expect(list).resolves.toEqual({ values: ['item 0', 'item 1', 'item 2'], hasMore: false });
  });

  it('is read up to the requested number of pages', async () => {
    const list = readList('', 0, async (place) => page([`item ${place}`], place + 1), 2);
    await expect(list).resolves.toEqual({ values: ['item 0', 'item 1'], hasMore: true });
  });

  it.each([
    ['pages', () => endless([]), 'it has more than 1000 pages'],
    ['items', () => endless(Array.from({ length: 30_000 }, () => 'x')), 'it has more than 50000 items'],
    ['bytes', () => endless([], 'x'.repeat(10 * 1024 * 1024)), 'it is larger than 64 MB'],
    [
      'its own pages',
      () => readList('', 0, async (place) => page([], (place + 1) % 3)),
      'lead back to each other',
    ],
  ])('with an endless chain of %s is an error', async (_, list, because) => {
    await expect(list()).rejects.toMatchObject({
      code: 'git_host_rejected',
      message: expect.stringContaining(because),
    });
  });

  it('whose pages take too long together is a temporary error', async () => {
    vi.useFakeTimers();
    const list = readList('of pull requests', 0, async (place, timeoutMs) => {
      expect(timeoutMs).toBeLessThanOrEqual(120_000);
      vi.setSystemTime(Date.now() + 9_000);
      return page([], place + 1);
    });
    await expect(list).rejects.toMatchObject({
      code: 'git_host_unavailable',
      message: 'The list of pull requests takes longer than 2 minutes.',
    });
  });
});
