import { stripVTControlCharacters } from 'node:util';

/** Titles come from outside: without control characters they cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}

const colours = new RegExp(String.raw`(${String.fromCharCode(27)}\[[\d;]*m)`);

/** The same for a line of a log, which may have colours. */
export function printableLog(line: string): string {
  return line
    .split(colours)
    .map((part) => (colours.test(part) ? part : printable(stripVTControlCharacters(part))))
    .join('');
}

/** The API's times, as PHP's format `c` writes them. */
export function formatDate(iso: string | null): string {
  return iso ? iso.replace(/(\.\d+)?Z$/, '+00:00') : '';
}
