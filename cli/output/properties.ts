import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printTable, type TableOptions } from './table.ts';
import { formatDate, printable } from './text.ts';

/** The properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource without its links. */
export function withoutLinks({ _links, ...properties }: Properties): Properties {
  return properties;
}

/** Prints one resource as a table of two columns. */
export function printProperties(terminal: Terminal, properties: Properties, options: TableOptions): void {
  if (options.format === 'json') {
    terminal.write(`${JSON.stringify(properties, null, 2)}\n`);
    return;
  }
  printTable(
    terminal,
    Object.entries(properties),
    [
      { id: 'property', header: 'Property', importance: 'essential', value: ([name]) => name },
      {
        id: 'value',
        header: 'Value',
        importance: 'essential',
        wraps: 'words',
        value: ([name, value]) => formatValue(name, value),
      },
    ],
    ['property', 'value'],
    options,
  );
}

/** Prints one property; `a.b` is a nested one. Throws `CliError` when it is missing. */
export function printProperty(terminal: Terminal, properties: Properties, name: string): void {
  const value = name
    .split('.')
    .reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), properties);
  if (value === undefined) throw new CliError(`Property not found: ${name}`);
  terminal.write(`${printable(formatValue(name, value))}\n`);
}

/** Formats a property's value; nested values become indented lines. */
export function formatValue(name: string, value: unknown): string {
  if (value === null || value === undefined) return name === 'parent' ? 'null' : '';
  if (typeof value === 'string') return /(?:^|_)(?:at|since)$/.test(name) ? formatDate(value) : value;
  if (Array.isArray(value))
    return value.map((item) => `- ${indent(formatValue('', item))}`).join('\n') || '[]';
  if (!isObject(value)) return String(value);
  const lines = Object.entries(value).map(([key, part]) => {
    const text = formatValue(key, part);
    const isBelow = typeof part === 'object' && !['', '[]', '{}'].includes(text);
    return `${key}:${isBelow ? `\n  ${indent(text)}` : ` ${indent(text)}`}`.trimEnd();
  });
  return lines.join('\n') || '{}';
}

/** Indents all lines but the first. */
function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
