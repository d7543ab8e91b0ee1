import { beforeEach, describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/values/time.ts';
import type { RateBudgets } from '../../../shared/ports/rate-budgets.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { sharedRateLimiters } from '../../../shared/providers/traffic/shared-rate-limiter.ts';
import { memoryStores } from '../../support/memory-stores.ts';

const start = '2026-05-01T10:00:00.000Z';
let now = start;
let budgets: RateBudgets;
let writes = 0;
let reads = 0;
const warnings: string[] = [];

beforeEach(() => {
  now = start;
  writes = 0;
  reads = 0;
  warnings.length = 0;
  const stored = memoryStores().budgets;
  budgets = {
    get: (account) => {
      reads += 1;
      return stored.get(account);
    },
    save: (budget) => {
      writes += 1;
      return stored.save(budget);
    },
  };
});

/** One process of Bough. */
function aProcess(store: RateBudgets = budgets) {
  const log = { info: () => {}, error: () => {}, warn: (message: string) => warnings.push(message) };
  const open = sharedRateLimiters({ budgets: store, clock: { now: () => now }, log });
  return {
    gate: open('acme', 1000, 'deployment'),
    scheduled: open('acme', 1000, 'schedule'),
    other: open('umbrella', 1000, 'deployment'),
    unlimited: open('acme', null, 'deployment'),
  };
}

const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
});

async function call(gate: ReturnType<typeof aProcess>['gate'], times: number) {
  for (let count = 0; count < times; count += 1) {
    await gate.acquire();
    await gate.recordResponse(answer(200));
  }
}

describe('the calls of all processes to one account', () => {
  it('share the hourly quota: other processes are refused when it is used up', async () => {
    await call(aProcess().gate, 1000);
    await expect(aProcess().gate.acquire()).rejects.toMatchObject({
      code: 'git_host_rate_limited',
      retryAfter: expect.any(Number),
    });
    await expect(aProcess().other.acquire()).resolves.toBeUndefined();
  });

  it('reserve the rest of the quota for deployments', async () => {
    const process = aProcess();
    await call(process.gate, 700);
    await expect(process.scheduled.acquire()).rejects.toMatchObject({ code: 'git_host_rate_limited' });
    await call(process.gate, 300);
    await expect(process.gate.acquire()).rejects.toMatchObject({ code: 'git_host_rate_limited' });
  });

  it('of the schedule are at most 30 % of the quota, whichever process makes them', async () => {
    await call(aProcess().scheduled, 150);
    await call(aProcess().scheduled, 150);
    await expect(aProcess().scheduled.acquire()).rejects.toMatchObject({ code: 'git_host_rate_limited' });
    await expect(aProcess().gate.acquire()).resolves.toBeUndefined();
  });

  it('need one write per ten calls, and at most one read per minute', async () => {
    await call(aProcess().gate, 9);
    expect({ reads, writes }).toEqual({ reads: 1, writes: 0 });
    await call(aProcess().gate, 100);
    expect(writes).toBe(10);
  });

  it('are all counted when processes report concurrently', async () => {
    const processes = Array.from({ length: 4 }, () => aProcess());
    await Promise.all(processes.map(({ gate }) => call(gate, 10)));
    await expect(budgets.get('acme')).resolves.toMatchObject({ calls: 40 });
  });

  it('are limited by the quota in the responses of Bitbucket', async () => {
    const process = aProcess();
    await process.gate.recordResponse(answer(200, { 'x-ratelimit-limit': '2000' }));
    await call(process.gate, 1500);
    await expect(process.scheduled.acquire()).rejects.toMatchObject({ code: 'git_host_rate_limited' });
  });
});

describe('a rate limit', () => {
  it('stops the calls of all processes for the time of Retry-After', async () => {
    const [first, second] = [aProcess(), aProcess()];
    await first.gate.acquire();
    await first.gate.recordResponse(answer(429, { 'retry-after': '90' }));
    await expect(first.gate.acquire()).rejects.toMatchObject({ retryAfter: 90 });
    await expect(second.gate.acquire()).rejects.toMatchObject({ retryAfter: 90 });
    now = secondsAfter(now, 90);
    await expect(first.gate.acquire()).resolves.toBeUndefined();
    await expect(second.gate.acquire()).resolves.toBeUndefined();
  });

  it('reaches a running process within a minute', async () => {
    const [first, second] = [aProcess(), aProcess()];
    await second.gate.acquire();
    await first.gate.recordResponse(answer(429, { 'retry-after': '600' }));
    await expect(second.gate.acquire()).resolves.toBeUndefined();
    now = secondsAfter(now, 61);
    await expect(second.gate.acquire()).rejects.toMatchObject({ retryAfter: 539 });
  });

  it('also stops an account without a known quota', async () => {
    const { unlimited } = aProcess();
    await unlimited.recordResponse(answer(429));
    await expect(unlimited.acquire()).rejects.toMatchObject({ retryAfter: 10 });
  });
});

describe('a failing table', () => {
  it.each([
    ['times out', new Error('connect ETIMEDOUT')],
    ['always has a write conflict', new StoreConflict('changed')],
  ])('does not stop calls when it %s', async (_, error) => {
    const { gate } = aProcess({ get: () => budgets.get('acme'), save: () => Promise.reject(error) });
    await expect(call(gate, 25)).resolves.toBeUndefined();
    await expect(gate.recordResponse(answer(429))).resolves.toBeUndefined();
    expect(warnings).toContain('the Bitbucket call budget could not be read or written');
  });

  it('does not stop calls when it cannot be read', async () => {
    const broken = () => Promise.reject(new Error('connect ETIMEDOUT'));
    const { gate } = aProcess({ get: broken, save: broken });
    await expect(call(gate, 25)).resolves.toBeUndefined();
  });
});
