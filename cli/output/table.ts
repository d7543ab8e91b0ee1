import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { displayWidth, printable } from './text.ts';

export interface Column<Row> {
  id: string;
  header: string;
  value: (row: Row) => string;
  /** Where people read it, if that differs: an indented name, for example. */
  inTable?: (row: Row) => string;
}

export interface TableOptions {
  format?: string | undefined;
  /** What `--columns` said, comma-separated. */
  columns?: readonly string[] | undefined;
  header?: boolean | undefined;
}

type Writer = (header: readonly string[] | null, rows: readonly (readonly string[])[]) => string;

const writers: Record<string, Writer> = {
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
  if (!write) {
    const known = [...Object.keys(writers), 'json'].join(', ');
    throw new CliError(`The format '${format}' is not known. Use one of: ${known}.`);
  }
  const cellOf = (row: Row, { value, inTable }: Column<Row>) =>
    printable((format === 'table' && inTable ? inTable : value)(row));
  terminal.write(
    write(
      options.header === false ? null : chosen.map(({ header }) => header),
      rows.map((row) => chosen.map((column) => cellOf(row, column))),
    ),
  );
}

/** `+` stands for the default columns, `*` and `%` for any characters. */
function chooseColumns<Row>(
  columns: readonly Column<Row>[],
  defaults: readonly string[],
  wanted: readonly string[],
): Column<Row>[] {
  const names = wanted.flatMap((list) => list.split(',')).map((name) => name.trim().toLowerCase());
  const patterns = names.flatMap((name) => (name.startsWith('+') ? [...defaults, name.slice(1)] : [name]));
  const given = patterns.filter((name) => name !== '');
  const chosen = (given.length > 0 ? given : defaults).flatMap((name) => {
    const pattern = new RegExp(`^${name.replace(/[^\w*%]/g, '\\$&').replace(/[*%]/g, '.*')}$`);
    const found = columns.filter(({ id }) => pattern.test(id));
    if (found.length > 0) return found;
    const available = columns.map(({ id }) => id).join(', ');
    throw new CliError(`Column not found: ${name} (available columns: ${available})`);
  });
  return [...new Set(chosen)];
}

function drawTable(header: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  const cells = (header ? [header, ...rows] : rows).map((row) =>
    row.map((cell) => cell.replaceAll('\t', '  ').split('\n')),
  );
  const count = cells[0]?.length ?? 0;
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...cells.flatMap((row) => row[column] ?? []).map(displayWidth)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const drawn = cells.map((row) => drawRow(row, widths));
  const body = header ? [...drawn.slice(0, 1), rule, ...drawn.slice(1)] : drawn;
  return `${[rule, ...body, rule].join('\n')}\n`;
}

function drawRow(cells: readonly string[][], widths: readonly number[]): string {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const texts = widths.map((width, column) => {
      const text = cells[column]?.[line] ?? '';
      return ` ${text}${' '.repeat(width - displayWidth(text))} `;
    });
    return `|${texts.join('|')}|`;
  }).join('\n');
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
