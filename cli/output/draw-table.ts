import stringWidth from 'string-width';
import { breaksAfter, type Fitting, frame, leastWidth } from './fit-columns.ts';

/** The minimum width of a column, for legibility. */
const narrowest = 10;

/** Draws a table that fits the given width. Without `fittings` every column is wrapped between words. */
export function drawTable(
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
  fittings: readonly Pick<Fitting, 'wraps'>[] = [],
): string {
  const cells = [...(header ? [header] : []), ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('\t', '  ')),
  );
  if (cells.length === 0) return '';
  const limits = narrowed(cells, width, fittings);
  const lines = cells.map((row) =>
    row.map((cell, column) => {
      const limit = limits[column] ?? narrowest;
      return wrap(cell, limit, breaksAfter[fittings[column]?.wraps ?? 'words']);
    }),
  );
  const widths = limits.map((_, column) =>
    lines.reduce(
      (widest, row) => Math.max(widest, ...(row[column] ?? []).map((line) => stringWidth(line))),
      0,
    ),
  );
  const drawn = lines.map((row) => drawRow(row, widths));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const body = header ? [drawn[0], rule, ...drawn.slice(1)] : drawn;
  return [rule, ...body, rule].join('');
}

/** Draws the lines of each cell of a row beside each other. */
function drawRow(cells: readonly (readonly string[])[], widths: readonly number[]): string {
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const texts = widths.map((width, column) => {
      const text = cells[column]?.[line] ?? '';
      return ` ${text}${' '.repeat(Math.max(0, width - stringWidth(text)))} `;
    });
    return `|${texts.join('|')}|\n`;
  }).join('');
}

/** Narrows the widest columns to a common width; breaks IDs and words only when that is not enough. */
function narrowed(
  cells: readonly (readonly string[])[],
  columns: number,
  fittings: readonly Pick<Fitting, 'wraps'>[],
): readonly number[] {
  const widths = widthsOf(cells, /\n/);
  const longestWords = widthsOf(cells, /\s+/);
  const whole = fittings.map(({ wraps }, column) =>
    leastWidth(
      '',
      cells.map((row) => row[column] ?? ''),
      wraps,
    ),
  );
  const wholeWords = longestWords.map((word, column) => Math.max(word, whole[column] ?? 0));
  const space = columns - frame.table - widths.length * frame.column;
  for (const least of [wholeWords, whole, longestWords, widths.map(() => 0)]) {
    for (let cap = Math.max(...widths); cap >= narrowest; cap -= 1) {
      const capped = widths.map((width, index) => Math.max(Math.min(width, cap), least[index] ?? 0));
      if (capped.reduce((sum, width) => sum + width, 0) <= space) return capped;
    }
  }
  return widths.map((width) => Math.min(width, narrowest));
}

/** The widest part of each column's cells. */
function widthsOf(cells: readonly (readonly string[])[], separator: RegExp): number[] {
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.entries()) {
      const width = Math.max(...cell.split(separator).map((part) => stringWidth(part)));
      widths[column] = Math.max(width, widths[column] ?? 0);
    }
  }
  return widths;
}

/** Wraps a text after spaces or other separators, and within a part that is wider than a line. */
export function wrap(text: string, width: number, separator = breaksAfter.words): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width, separator));
}

const segmenter = new Intl.Segmenter();

function wrapLine(line: string, width: number, separator: RegExp): string[] {
  if (stringWidth(line) <= width) return [line.trimEnd()];
  const lines: string[] = [];
  let current = '';
  const breakLine = () => {
    lines.push(current.trimEnd());
    current = '';
  };
  for (const word of line.split(separator)) {
    if (current.trim() !== '' && stringWidth(current + word.trimEnd()) > width) breakLine();
    for (const { segment } of segmenter.segment(word)) {
      if (current !== '' && stringWidth(current + segment) > width) {
        if (segment.trim() === '') continue;
        breakLine();
      }
      current += segment;
    }
  }
  breakLine();
  return lines;
}
