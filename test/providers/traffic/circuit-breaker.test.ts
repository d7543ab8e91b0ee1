import { beforeEach, describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/values/time.ts';
import { BoughError } from '../../../shared/errors.ts';
import { type CircuitBreaker, circuitBreaker } from '../../../shared/providers/traffic/circuit-breaker.ts';

let now: string;
let circuit: CircuitBreaker;
let calls: number;

beforeEach(() => {
  now = '2026-05-01T10:00:00.000Z';
  calls = 0;
  circuit = circuitBreaker('git.example.com', { now: () => now });
});

const pass = (seconds: number) => {
  now = secondsAfter(now, seconds);
};

/** A call that takes so many seconds. */
const call = (seconds: number, error?: Error) =>
  circuit.run(async () => {
    calls += 1;
    pass(seconds);
    if (error) throw error;
    return 'an answer';
  });

const silence = new BoughError('git_host_unavailable', 'Bitbucket did not answer: no answer in time.');

async function silences(count: number) {
  for (let index = 0; index < count; index += 1) await expect(call(10, silence)).rejects.toBe(silence);
}

describe('a host that does not respond', () => {
  it('receives no calls after three timeouts in a row, and the error has the pause', async () => {
    await silences(3);
    await expect(call(0)).rejects.toMatchObject({
      code: 'git_host_unavailable',
      disposition: 'wait',
      retryAfter: 30,
      message: 'git.example.com did not answer 3 calls in a row, so calls to it are paused for 30 seconds.',
    });
    expect(calls).toBe(3);
  });

  it('receives one call after the pause, which doubles up to five minutes', async () => {
    await silences(3);
    const pauses: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const refusal = await call(0).catch((error: BoughError) => error);
      const seconds = refusal instanceof BoughError ? (refusal.retryAfter ?? 0) : 0;
      pauses.push(seconds);
      pass(seconds);
      await silences(1);
    }
    expect(pauses).toEqual([30, 60, 120, 240, 300, 300]);
  });

  it('receives all calls after a response', async () => {
    await silences(3);
    pass(30);
    await expect(call(1)).resolves.toBe('an answer');
    await silences(2);
    await expect(call(1)).resolves.toBe('an answer');
  });
});

describe('a host that responds in between', () => {
  it.each([
    ['succeeds', undefined],
    ['refuses', new BoughError('git_host_forbidden', 'Bitbucket answered 403.')],
    ['fails immediately', silence],
  ])('keeps receiving calls when it %s', async (_, error) => {
    for (let round = 0; round < 5; round += 1) {
      await silences(2);
      const answer = call(0, error);
      if (error) await expect(answer).rejects.toBe(error);
      else await expect(answer).resolves.toBe('an answer');
    }
  });
});
