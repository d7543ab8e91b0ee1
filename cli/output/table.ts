import type { Format } from '../commands/flags.ts';
import { CliError } from '../errors.ts';
import { matcherOf, splitList } from '../lists.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { drawTable } from './draw-table.ts';
import { printable } from './text.ts';

/** A column of a table. */
export interface Column<Row> {
  id: string;
  header: string;
  value: (row: Row) => string;
  /** The value in the format `table`, if different, such as an indented name. */
  inTable?: (row: Row) => string;
}

/** The parsed options of a table. */
export interface TableOptions {
  format?: Format | undefined;
  /** The values of `--columns`, separated by commas or spaces. */
  columns?: readonly string[] | undefined;
  header?: boolean | undefined;
}

type Separated = 'csv' | 'tsv' | 'plain';

interface Separation {
  separator: string;
  encode: (cell: string) => string;
}

const separations: Record<Separated, Separation> = {
  csv: { separator: ',', encode: quote },
  tsv: { separator: '\t', encode: quote },
  plain: { separator: '\t', encode: (cell) => cell.replace(/[\r\n\t]+/g, ' ') },
};

/** Whether each row of a format is independent of the others, so that rows can be printed as they arrive. */
export function isSeparated(format: Format | undefined): format is Separated {
  return format !== undefined && Object.hasOwn(separations, format);
}

/** Prints rows as data, in the format and with the columns that the user asked for. */
export function printTable<Row>(
  terminal: Terminal,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  options: TableOptions,
): void {
  const format = options.format ?? 'table';
  const chosen = chooseColumns(columns, defaults, options.columns ?? []);
  if (format === 'json') {
    const objects = rows.map((row) => Object.fromEntries(chosen.map(({ id, value }) => [id, value(row)])));
    terminal.write(`${JSON.stringify(objects, null, 2)}\n`);
    return;
  }
  const header = headerOf(chosen, options);
  if (isSeparated(format)) {
    terminal.write(separated([...header, ...cellsOf(rows, chosen)], separations[format]));
    return;
  }
  const cellOf = (row: Row, { value, inTable }: Column<Row>) => printable((inTable ?? value)(row));
  const cells = rows.map((row) => chosen.map((column) => cellOf(row, column)));
  terminal.write(drawTable(header[0] ?? null, cells, terminal.columns));
}

/** Prints the rows of each page when it arrives. Resolves to the number of rows; the header comes with the first one. */
export async function printPages<Row>(
  terminal: Terminal,
  pages: AsyncIterable<readonly Row[]>,
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  options: TableOptions & { format: Separated },
): Promise<number> {
  const chosen = chooseColumns(columns, defaults, options.columns ?? []);
  let count = 0;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    const header = count === 0 ? headerOf(chosen, options) : [];
    terminal.write(separated([...header, ...cellsOf(rows, chosen)], separations[options.format]));
    count += rows.length;
  }
  return count;
}

/** The row of the header, if it is wanted. */
function headerOf<Row>(columns: readonly Column<Row>[], { header }: TableOptions): string[][] {
  return header === false ? [] : [columns.map((column) => column.header)];
}

function cellsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[][] {
  return rows.map((row) => columns.map(({ value }) => printable(value(row))));
}

/** Resolves column names: `+` adds to the default columns, `*` and `%` match any characters. */
function chooseColumns<Row>(
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  wanted: readonly string[],
): Column<Row>[] {
  const names = splitList(wanted).map((name) => name.toLowerCase());
  const patterns = names.flatMap((name) => (name.startsWith('+') ? [...defaults, name.slice(1)] : [name]));
  const given = patterns.filter((name) => name !== '');
  const chosen = (given.length > 0 ? given : defaults).flatMap((name) => {
    const isMeant = matcherOf(name);
    const found = columns.filter(({ id }) => isMeant(id));
    if (found.length > 0) return found;
    const available = columns.map(({ id }) => id).join(', ');
    throw new CliError(`Column not found: ${name} (available columns: ${available})`);
  });
  return [...new Set(chosen)];
}

function separated(rows: readonly (readonly string[])[], { separator, encode }: Separation): string {
  return rows.map((row) => `${row.map(encode).join(separator)}\n`).join('');
}

function quote(cell: string): string {
  return /[",\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
