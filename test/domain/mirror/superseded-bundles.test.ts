import { describe, expect, it } from 'vitest';
import { isSweepDue, keptSince } from '../../../shared/domain/mirror/superseded-bundles.ts';

const now = '2026-11-22T10:00:00.000Z';

describe('a superseded bundle', () => {
  it('is kept for a day, longer than any consumer needs it', () => {
    expect(keptSince(now)).toBe('2026-11-21T10:00:00.000Z');
  });

  it.each([
    ['a day ago', '2026-11-21T10:00:00.000Z', true],
    ['less than a day ago', '2026-11-21T10:00:00.001Z', false],
    ['nobody knows when', null, false],
  ])('is due for a sweep when the last one was %s', (_, swept_at, due) => {
    expect(isSweepDue({ swept_at }, now)).toBe(due);
  });
});
