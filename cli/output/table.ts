import type { Format } from '../commands/flags.ts';
import { CliError } from '../errors.ts';
import { matcherOf, splitList } from '../lists.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { drawTable } from './draw-table.ts';
import { type Fitting, fitColumns } from './fit-columns.ts';
import { printable } from './text.ts';

/** A column of a table. */
export interface Column<Row> extends Fitting {
  id: string;
  header: string;
  value: (row: Row) => string;
  /** The value in the format `table`, if different, such as an indented name. */
  inTable?: (row: Row) => string;
  /** True for a column that a terminal shows by default where it fits; other output keeps Upsun's columns. */
  ifRoom?: boolean;
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

/** Prints rows as data, in the format and with the columns that the user asked for. JSON has all columns by default. */
export function printTable<Row>(
  terminal: Terminal,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  options: TableOptions,
): void {
  const { format = 'table', header } = options;
  const names = namesIn(options);
  const chosen = chooseColumns(columns, defaults, names);
  if (format === 'table') {
    const named = names.map((name) => name.replace(/^\+/, ''));
    const fits = { chosen, named: chooseColumns(columns, [], named), extra: names.length > 0 ? [] : columns };
    printFitting(terminal, rows, fits, header !== false);
    return;
  }
  if (format === 'json') {
    const shown = names.length > 0 ? chosen : columns;
    const objects = rows.map((row) => Object.fromEntries(shown.map(({ id, value }) => [id, value(row)])));
    terminal.write(`${JSON.stringify(objects, null, 2)}\n`);
    return;
  }
  terminal.write(separated([...headerOf(chosen, options), ...cellsOf(rows, chosen)], separations[format]));
}

/** Prints the rows of each page when it arrives. Resolves to the number of rows; the header comes with the first one. */
export async function printPages<Row>(
  terminal: Terminal,
  pages: AsyncIterable<readonly Row[]>,
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  options: TableOptions & { format: Separated },
): Promise<number> {
  const chosen = chooseColumns(columns, defaults, namesIn(options));
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

/** Prints a table with the columns that fit the terminal, and names those that are left out. A column that the user names stays. */
function printFitting<Row>(
  terminal: Terminal,
  rows: readonly Row[],
  { chosen, named, extra }: Record<'chosen' | 'named' | 'extra', readonly Column<Row>[]>,
  hasHeader: boolean,
): void {
  const { columns: width = Number.POSITIVE_INFINITY } = terminal;
  const added = terminal.columns === undefined ? [] : extra.filter(({ ifRoom }) => ifRoom);
  const wanted = [...new Set([...chosen, ...added])];
  const importance = (column: Column<Row>) => (named.includes(column) ? 'essential' : column.importance);
  const headers = wanted.map(({ header }) => header);
  const cells = rows.map((row) =>
    wanted.map(({ value, inTable }) => printable((inTable ?? value)(row)).replaceAll('\t', '  ')),
  );
  const weighed = wanted.map((column) => ({ ...column, importance: importance(column) }));
  const kept = fitColumns(hasHeader ? headers : [], cells, weighed, width);
  const pick = (row: readonly string[]) => kept.map((position) => row[position] ?? '');
  const fittings = wanted.filter((_, position) => kept.includes(position));
  terminal.write(drawTable(hasHeader ? pick(headers) : null, cells.map(pick), width, fittings));
  const leftOut = headers.filter((_, position) => !kept.includes(position));
  if (leftOut.length > 0)
    terminal.info(`Left out for lack of space: ${leftOut.join(', ')}. For all columns, add --format json.`);
}

/** The names of `--columns`, in lower case. */
function namesIn({ columns }: TableOptions): string[] {
  return splitList(columns).map((name) => name.toLowerCase());
}

/** Resolves column names: `+` adds to the default columns, `*` and `%` match any characters. */
function chooseColumns<Row>(
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  names: readonly string[],
): Column<Row>[] {
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
