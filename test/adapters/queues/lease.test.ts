import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLease } from '../../../shared/adapters/aws/queues/lease.ts';
import { aLog } from '../../support/doubles.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function aLease(renewed: () => Promise<void> = async () => undefined) {
  const renewals: [string, number][] = [];
  const { log, lines } = aLog();
  const renew = (handle: string, seconds: number) => {
    renewals.push([handle, seconds]);
    return renewed();
  };
  return { renewals, lines, ports: { renew, log } };
}

it('the lease renews the visibility timeout of 90 s until the work ends', async () => {
  const { renewals, ports } = aLease();
  await withLease('handle', ports, () => vi.advanceTimersByTimeAsync(65_000));
  expect(renewals).toEqual(Array(3).fill(['handle', 90]));
  await vi.advanceTimersByTimeAsync(300_000);
  expect(renewals).toHaveLength(3);
});

it('the lease ends when the work fails', async () => {
  const { renewals, ports } = aLease();
  await expect(withLease('handle', ports, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(300_000);
  expect(renewals).toHaveLength(1);
});

it('a failed renewal does not interrupt the work', async () => {
  const { lines, ports } = aLease(() => Promise.reject(new Error('SQS is away')));
  expect(await withLease('handle', ports, async () => 'done')).toBe('done');
  expect(lines).toMatchObject([{ level: 'warn', message: 'lease not renewed' }]);
});
