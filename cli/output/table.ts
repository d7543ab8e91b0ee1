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

type Writer = (
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
  /** The width of the terminal, if any. */
  columns?: number,
) => string;

const writers: Record<Exclude<Format, 'json'>, Writer> = {
  table: drawTable,
  csv: (header, rows) => separated(header, rows, ',', quote),
  tsv: (header, rows) => separated(header, rows, '\t', quote),
  plain: (header, rows) => separated(header, rows, '\t', (cell) => cell.replace(/[\r\n\t]+/g, ' ')),
};

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
  const write = writers[format];
  const cellOf = (row: Row, { value, inTable }: Column<Row>) =>
    printable((format === 'table' && inTable ? inTable : value)(row));
  terminal.write(
    write(
      options.header === false ? null : chosen.map(({ header }) => header),
      rows.map((row) => chosen.map((column) => cellOf(row, column))),
      terminal.columns,
    ),
  );
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

function separated(
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
  separator: string,
  encode: (cell: string) => string,
): string {
  return (header ? [header, ...rows] : rows).map((row) => `${row.map(encode).join(separator)}\n`).join('');
}

function quote(cell: string): string {
  return /[",\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
