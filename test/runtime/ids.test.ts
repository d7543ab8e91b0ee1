import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newActivityId, newId, newSecret } from '../../shared/runtime/ids.ts';

describe('an id', () => {
  it('has 13 lower-case base32 characters', () => {
    for (const id of [newId(), newActivityId(new Date())]) expect(id).toMatch(/^[a-z2-7]{13}$/);
  });

  it('does not repeat', () => {
    const ids = Array.from({ length: 1000 }, newId);

    expect(new Set(ids).size).toBe(1000);
  });

  it('of an activity sorts by its time', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2300-01-01'), noInvalidDate: true });

    fc.assert(
      fc.property(moment, moment, (one, other) => {
        fc.pre(one.getTime() !== other.getTime());
        expect(newActivityId(one) < newActivityId(other)).toBe(one < other);
      }),
    );
  });
});

describe('a secret', () => {
  it('has 32 random bytes as URL-safe characters', () => {
    expect(newSecret()).toMatch(/^[\w-]{43}$/);
    expect(newSecret()).not.toBe(newSecret());
  });
});
