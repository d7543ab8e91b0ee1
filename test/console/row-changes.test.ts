import { describe, expect, it } from 'vitest';
import { applyChanges, keepUnchanged } from '../../console/api/row-changes.ts';
import { aRow } from './support/a-row.ts';

const main = aRow('main');
const branch = aRow('feature/x', 'main');
const rows = [main, branch];
const nothing = { everything: false, environments: [], gone: [], integrations: false };

describe('changes of a tree', () => {
  it('replace, add and remove environments, and leave the others alone', () => {
    const active = aRow('feature/x', 'main', { status: 'active' });
    const added = aRow('pr-1', 'main');

    expect(applyChanges(rows, { ...nothing, environments: [active, added] })).toEqual([main, active, added]);
    expect(applyChanges(rows, { ...nothing, gone: ['feature/x'] })).toEqual([main]);
    expect(applyChanges(rows, { ...nothing, environments: [active] })[0]).toBe(main);
  });

  it('that are known already change nothing, so that nothing is drawn again', () => {
    expect(
      applyChanges(rows, { ...nothing, environments: [aRow('feature/x', 'main')], gone: ['pr-9'] }),
    ).toBe(rows);
    expect(keepUnchanged(rows, [aRow('main'), aRow('feature/x', 'main')])).toBe(rows);
  });
});
