import { describe, expect, it } from 'vitest';
import { fingerprintOfTags, tagsOf } from '../../../shared/domain/mirror/tags.ts';
import { commit } from '../../support/builders.ts';

const refs = (named: Record<string, string>) =>
  new Map(Object.entries(named).map(([ref, name]) => [ref, commit(name)]));
const some = { 'refs/tags/v1': 'A', 'refs/tags/v2': 'B' };

describe('the fingerprint of tags', () => {
  it('is the same in any order, and beside any branches', () => {
    const reversed = new Map([...refs({ ...some, 'refs/heads/main': 'C' })].reverse());

    expect(fingerprintOfTags(reversed)).toBe(fingerprintOfTags(refs(some)));
  });

  it.each<[string, Record<string, string>]>([
    ['pushed', { ...some, 'refs/tags/v3': 'A' }],
    ['moved', { ...some, 'refs/tags/v1': 'C' }],
    ['deleted', { 'refs/tags/v1': 'A' }],
    ['renamed', { 'refs/tags/v1': 'A', 'refs/tags/v3': 'B' }],
    ['exchanged', { 'refs/tags/v1': 'B', 'refs/tags/v2': 'A' }],
    ['deleted to the last', {}],
  ])('is another when one was %s', (_, changed) => {
    expect(fingerprintOfTags(refs(changed))).not.toBe(fingerprintOfTags(refs(some)));
  });
});

it('branches that are called like tags are none', () => {
  const named = refs({ ...some, 'refs/heads/refs/tags/v1': 'A', 'refs/heads/tags/v1': 'A' });

  expect(tagsOf(named)).toEqual(refs(some));
});
