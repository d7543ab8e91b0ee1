import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { drawTable, wrap } from '../../../cli/output/draw-table.ts';
import { type Fitting, fitColumns } from '../../../cli/output/fit-columns.ts';
import { formatValue } from '../../../cli/output/properties.ts';
import { aProject } from '../../support/builders.ts';
import { cliWorld } from '../../support/cli.ts';

function widthsOf(table: string): number[] {
  return [
    ...new Set(
      table
        .trimEnd()
        .split('\n')
        .map((line) => stringWidth(line)),
    ),
  ];
}

describe('a table', () => {
  it('fits its cells, also with wide and combined characters', () => {
    const table = drawTable(
      ['ID', 'Title'],
      [
        ['a', '日本語'],
        ['b', '👨‍👩‍👧 é'],
      ],
    );

    expect(table).toBe(
      [
        '+----+--------+',
        '| ID | Title  |',
        '+----+--------+',
        '| a  | 日本語 |',
        '| b  | 👨‍👩‍👧 é   |',
        '+----+--------+',
        '',
      ].join('\n'),
    );
  });

  it('can omit the header', () => {
    expect(drawTable(null, [['a', 'b']])).toBe('+---+---+\n| a | b |\n+---+---+\n');
  });

  it('is no wider than the terminal, and wraps long cells without loss', () => {
    const url = 'https://api.example.org/projects/abcdefghijklm/hook';
    const table = drawTable(
      ['Property', 'Value'],
      [
        ['hook_url', url],
        ['because', 'it was pushed to main by somebody else'],
      ],
      40,
    );

    expect(widthsOf(table)).toEqual([40]);
    expect(table.replace(/[|+\s-]/g, '')).toContain(`hook_url${url.slice(0, 20)}`);
    expect(table).toContain(
      '| because  | it was pushed to main by  |\n|          | somebody else             |',
    );
  });

  it('narrows only the widest columns', () => {
    const [, row = ''] = drawTable(null, [['abcdefghijklm', 'x'.repeat(100), 'y'.repeat(100)]], 80).split(
      '\n',
    );

    expect(row.split('|').map(({ length }) => length)).toEqual([0, 15, 30, 30, 0]);
  });

  it('breaks no word while other columns can be narrowed', () => {
    const time = '2026-11-22T21:33:13+00:00';
    const table = drawTable(
      ['ID', 'Created', 'Description'],
      [['abcdefghijklm', time, 'word '.repeat(20)]],
      80,
    );

    expect(table).toContain(`| abcdefghijklm | ${time} | word word word word word word |`);
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('keeps a minimum column width on a narrow terminal', () => {
    const table = drawTable(null, [['abcdefghijklm', 'nopqrstuvwxyz']], 5);

    expect(table).toContain('| abcdefghij | nopqrstuvw |\n| klm        | xyz        |');
  });

  it('fits the terminal, and is not limited in a file', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title: 'A project with a title that is long' }));

    const shown = await world.bough(['projects'], { columns: 50 });
    const kept = await world.bough(['projects']);

    expect(Math.max(...widthsOf(shown.stdout))).toBeLessThanOrEqual(50);
    expect(kept.stdout).toContain('A project with a title that is long');
  });

  it('has the requested columns, separated by commas or spaces', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    const first = async (...flags: string[]) =>
      (await world.bough(['projects', '--format', 'tsv', ...flags])).stdout.split('\n')[0];

    expect(await first('-c', 'title, id')).toBe(await first('-c', 'title id'));
    expect(await first('-c', 'title', '-c', 'id')).toBe('Title\tID');
  });
});

describe('the columns of a narrow table', () => {
  const columns: Fitting[] = [
    { importance: 'essential' },
    { importance: 'high', wraps: 'words' },
    { importance: 'low' },
    { importance: 'low' },
  ];
  const header = ['ID', 'Title', 'Region', 'Created'];
  const rows = [['abcdefghijklm', 'A title of several words', 'eu-west-1', '2026-11-22']];

  it.each([
    [70, [0, 1, 2, 3]],
    [60, [0, 1, 2]],
    [40, [0, 1]],
    [30, [0, 2]],
    [5, [0]],
  ])('in %d columns are those that matter most', (width, kept) => {
    expect(fitColumns(header, rows, columns, width)).toEqual(kept);
  });

  it('break no cell that has to stay whole', () => {
    const table = drawTable(header, rows, 64, columns);

    expect(table).toContain('| abcdefghijklm | A title of several | eu-west-1 | 2026-11-22 |');
  });
});

describe('wrapping', () => {
  it('keeps lines within the width and all non-space characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '\n', '日', '👍') }),
        fc.integer({ min: 2, max: 9 }),
        (text, width) => {
          const lines = wrap(text, width);
          expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
          expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        },
      ),
    );
  });

  it('keeps the indentation of a tree', () => {
    expect(wrap('    feature/x', 8)).toEqual(['    feat', 'ure/x']);
  });
});

describe('a property', () => {
  it.each<[string, unknown, string]>([
    ['title', 'Website', 'Website'],
    ['is_main', false, 'false'],
    ['title', null, ''],
    ['parent', null, 'null'],
    ['created_at', '2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00+00:00'],
    ['environments', ['main', 'pr-1'], '- main\n- pr-1'],
    ['environments', [], '[]'],
    ['app_credentials', { key: 'k' }, 'key: k'],
    ['empty', {}, '{}'],
    [
      'deep',
      { a: { b: { c: 1, d: null } }, e: [{ f: 1, g: 2 }] },
      'a:\n  b:\n    c: 1\n    d:\ne:\n  - f: 1\n    g: 2',
    ],
    ['lines', { text: 'one\ntwo', none: [] }, 'text: one\n  two\nnone: []'],
  ])('%s is formatted', (name, value, text) => {
    expect(formatValue(name, value)).toBe(text);
  });
});
