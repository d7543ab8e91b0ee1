import { visible } from '../../shared/domain/values/text.ts';
import type { Progress, Terminal } from '../terminal/terminal.ts';

/** Escapes a text from outside. The terminal escapes all output anyway; call this where the width matters. */
export const printable = visible;

const ESC = String.fromCharCode(27);
/** An escape sequence for colours and styles. */
const style = new RegExp(`(${ESC}\\[[\\d;]*m)`);
/** Safe styles: foreground colours, bold, italic, underlined. Others, such as black, could make text invisible. */
const plainCodes = /^(?:0?|1|3|4|2[234]|3[1-6]|39|9[1-6])$/;

/** Escapes a log line. Safe styles are kept when the terminal has colours; others are removed. */
export function printableLog(line: string, hasColours: boolean): string {
  return line
    .split(style)
    .map((part, index) => (index % 2 === 0 ? visible(part) : printableStyle(part, hasColours)))
    .join('');
}

function printableStyle(sequence: string, hasColours: boolean): string {
  const codes = sequence.slice(2, -1).split(';');
  // Show the code for concealed text, so that the user notices it.
  if (codes.includes('8')) return visible(sequence);
  return hasColours && codes.every((code) => plainCodes.test(code)) ? sequence : '';
}

/** Wraps a terminal so that escape sequences, direction marks and hidden characters in all output are escaped. */
export function withEscapedOutput(terminal: Terminal): Terminal {
  const { write, info, error, writeLog, hasColours, progress, confirm, input, secret, choose } = terminal;
  return {
    ...terminal,
    write: (text) => write(visible(text)),
    info: (line) => info(visible(line)),
    error: (line) => error(visible(line)),
    writeLog: (line) => writeLog(printableLog(line, hasColours)),
    progress: async () => escapedProgress(await progress(), hasColours),
    confirm: (question, options) => confirm(visible(question), options),
    input: (question, options) => input(visible(question), options),
    secret: (question, options) => secret(visible(question), options),
    choose: (question, choices, options) =>
      choose(
        visible(question),
        choices.map(({ value, name }) => ({ value, name: visible(name) })),
        options,
      ),
  };
}

function escapedProgress({ update, log, stop }: Progress, hasColours: boolean): Progress {
  return {
    update: (fraction, state) => update(fraction, visible(state)),
    log: (line) => log(printableLog(line, hasColours)),
    stop,
  };
}

/** Formats the API's times as the original does: PHP's format `c`. */
export function formatDate(iso: string | null): string {
  return iso ? iso.replace(/(\.\d+)?Z$/, '+00:00') : '';
}
