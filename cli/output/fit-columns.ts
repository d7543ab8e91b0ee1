import stringWidth from 'string-width';

/** The order in which columns get the space of a terminal; an essential column is always shown. */
export type Importance = 'essential' | 'high' | 'medium' | 'low';

/** The places where the cells of a column may be wrapped; a column without any stays whole. */
export type Wrapping = 'words' | 'items';

/** The properties of a column that decide its width. */
export interface Fitting {
  importance: Importance;
  wraps?: Wrapping | undefined;
}

/** The width that the frame adds per column and per table. */
export const frame = { column: 3, table: 1 };

/** The separators after which a cell is wrapped. */
export const breaksAfter: Record<Wrapping, RegExp> = {
  words: /(?<=\s)(?=\S)/,
  items: /(?<=,\s)(?=\S)/,
};

/** The width that a column of words keeps if it is longer, and the longest word that it keeps whole. */
const words = { narrowest: 16, longest: 24 };

const ranks: Record<Importance, number> = { essential: 0, high: 1, medium: 2, low: 3 };

/** The positions of the columns that fit a terminal without breaking a header, an ID or a status. The more important ones are placed first, from the left. */
export function fitColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly Fitting[],
  space: number,
): number[] {
  const widths = columns.map(({ wraps }, column) =>
    leastWidth(
      header[column] ?? '',
      rows.map((row) => row[column] ?? ''),
      wraps,
    ),
  );
  const rankOf = (column: number) => ranks[columns[column]?.importance ?? 'low'];
  const wanted = columns.map((_, column) => column).sort((a, b) => rankOf(a) - rankOf(b));
  const kept: number[] = [];
  let needed = frame.table;
  for (const column of wanted) {
    const width = (widths[column] ?? 0) + frame.column;
    if (columns[column]?.importance !== 'essential' && needed + width > space) continue;
    needed += width;
    kept.push(column);
  }
  return kept.sort((a, b) => a - b);
}

/** The width below which a column would break a header, an ID, a status, or most words. */
export function leastWidth(header: string, cells: readonly string[], wraps: Wrapping | undefined): number {
  const widest = (separator: RegExp) =>
    Math.max(0, ...cells.flatMap((cell) => cell.split(separator)).map((part) => stringWidth(part.trimEnd())));
  const whole = widest(/\n/);
  if (wraps === undefined) return Math.max(stringWidth(header), whole);
  const part = widest(wraps === 'words' ? /\s+/ : breaksAfter.items);
  const least = wraps === 'words' ? Math.max(Math.min(part, words.longest), words.narrowest) : part;
  return Math.max(stringWidth(header), Math.min(whole, least));
}
