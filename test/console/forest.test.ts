import { describe, expect, it } from 'vitest';
import { type Branch, depthFirst, pageOf, visibleOf } from '../../console/pages/tree/forest.ts';
import { aRow } from './support/a-row.ts';

const all = () => true;
const nothing = new Set<string>();

/** `main(develop(pr-1), pr-2)` */
function inShort(branches: readonly Branch[]): string {
  return branches
    .map(({ row, children }) => (children.length > 0 ? `${row.id}(${inShort(children)})` : row.id))
    .join(', ');
}

const rows = [
  aRow('pr-10', 'main'),
  aRow('main', null, { type: 'production' }),
  aRow('pr-9', 'main'),
  aRow('develop', 'main', { type: 'staging' }),
  aRow('pr-2', 'develop'),
];

describe('the tree of environments', () => {
  it('has production first, then staging, and numbers in their order', () => {
    const visible = visibleOf(depthFirst(rows, 'name'), all, nothing);

    expect(inShort(pageOf(visible, 0, 50))).toBe('main(develop(pr-2), pr-9, pr-10)');
  });

  it('has the newest first when it is sorted by time', () => {
    const newest = rows.map((row) =>
      row.id === 'pr-10' ? { ...row, updated_at: '2026-11-23T00:00:00.000Z' } : row,
    );
    const visible = visibleOf(depthFirst(newest, 'newest'), all, nothing);

    expect(inShort(pageOf(visible, 0, 50))).toBe('main(pr-10, pr-9, develop(pr-2))');
  });

  it('begins each page with the ancestors of its first environment', () => {
    const visible = visibleOf(depthFirst(rows, 'name'), all, nothing);

    expect(inShort(pageOf(visible, 0, 2))).toBe('main(develop)');
    expect(inShort(pageOf(visible, 2, 2))).toBe('main(develop(pr-2), pr-9)');
    expect(inShort(pageOf(visible, 4, 2))).toBe('main(pr-10)');
  });

  it('leaves out what does not match, and counts the depth below matches only', () => {
    const visible = visibleOf(depthFirst(rows, 'name'), ({ id }) => id !== 'develop', nothing);

    expect(inShort(pageOf(visible, 0, 50))).toBe('main(pr-2, pr-9, pr-10)');
  });

  it('leaves out what is below a collapsed environment, which stays expandable', () => {
    const visible = visibleOf(depthFirst(rows, 'name'), all, new Set(['main']));

    expect(visible.map(({ row, isExpandable }) => [row.id, isExpandable])).toEqual([['main', true]]);
  });

  it('has every environment exactly once, also with parents that are gone or form a circle', () => {
    const strange = [aRow('orphan', 'gone'), aRow('a', 'b'), aRow('b', 'a'), aRow('self', 'self')];
    const ids = depthFirst(strange, 'name').map(({ row }) => row.id);

    expect(ids.toSorted()).toEqual(['a', 'b', 'orphan', 'self']);
  });

  it('is as deep as its chain of parents', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => aRow(`e${i}`, i === 0 ? null : `e${i - 1}`));

    expect(depthFirst(chain, 'name').at(-1)?.depth).toBe(19_999);
  });
});
