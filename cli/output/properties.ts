import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { printTable, type TableOptions } from './table.ts';
import { formatDate, printable } from './text.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** What a resource is, without where its links lead. */
export function withoutLinks({ _links, ...properties }: Properties): Properties {
  return properties;
}

/** Shows one resource as a table of two columns. */
export function printProperties(terminal: Terminal, properties: Properties, options: TableOptions): void {
  if (options.format === 'json') {
    terminal.write(`${JSON.stringify(properties, null, 2)}\n`);
    return;
  }
  printTable(
    terminal,
    Object.entries(properties),
    [
      { id: 'property', header: 'Property', value: ([name]) => name },
      { id: 'value', header: 'Value', value: ([name, value]) => formatValue(name, value) },
    ],
    ['property', 'value'],
    options,
  );
}

/** Prints one property; `a.b` is a part of one. */
export function printProperty(terminal: Terminal, properties: Properties, name: string): void {
  const value = name
    .split('.')
    .reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), properties);
  if (value === undefined) throw new CliError(`Property not found: ${name}`);
  terminal.write(`${printable(formatValue(name, value))}\n`);
}

function formatValue(name: string, value: unknown): string {
  if (value === null || value === undefined) return name === 'parent' ? 'null' : '';
  if (typeof value === 'string') return name.endsWith('_at') ? formatDate(value) : value;
  if (isObject(value)) {
    return Object.entries(value)
      .map(([key, part]) => `${key}: ${formatValue(key, part)}`)
      .join('\n');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
