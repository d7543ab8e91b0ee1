import { describe, expect, it } from 'vitest';
import { retryAfterIn } from '../../../shared/runtime/http/retry-after.ts';

const date = 'Mon, 30 Nov 2026 12:00:00 GMT';

describe('the Retry-After header', () => {
  it.each([
    ['30', 30],
    [' 30 ', 30],
    ['1.5', 2],
    ['0', 1],
    ['86400', 3600],
    ['Mon, 30 Nov 2026 12:02:00 GMT', 120],
    ['Mon, 30 Nov 2026 11:00:00 GMT', 1],
    ['Mon, 30 Nov 2099 11:00:00 GMT', 3600],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j means %s seconds', (value, seconds) => {
    expect(retryAfterIn(value, date)).toBe(seconds);
  });

  it('is relative to the local clock when the response has no Date header', () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    expect(retryAfterIn(inAMinute, null)).toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);
  });
});
