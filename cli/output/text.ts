import { visible } from '../../shared/domain/text.ts';
import type { Progress, Terminal } from '../terminal/terminal.ts';

/** A text of others as it is shown. The edge does this with all that is written; before it, where widths count. */
export const printable = visible;

const ESC = String.fromCharCode(27);
/** A sequence that sets colours and styles. */
const style = new RegExp(`(${ESC}\\[[\\d;]*m)`);
/** Plain colours of letters, bold, italic and underlined. Others, such as black, could make letters invisible. */
const plainCodes = /^(?:0?|1|3|4|2[234]|3[1-6]|39|9[1-6])$/;

/** A line of a log: with its plain styles where there are colours, without others, and nothing hidden. */
export function printableLog(line: string, hasColours: boolean): string {
  return line
    .split(style)
    .map((part, index) => (index % 2 === 0 ? visible(part) : printableStyle(part, hasColours)))
    .join('');
}

function printableStyle(sequence: string, hasColours: boolean): string {
  const codes = sequence.slice(2, -1).split(';');
  // A script that conceals what it prints is to be seen doing so.
  if (codes.includes('8')) return visible(sequence);
  return hasColours && codes.every((code) => plainCodes.test(code)) ? sequence : '';
}

/** A terminal that shows whatever others wrote as text: escape sequences, direction marks and hidden characters are escaped. */
export function plainly(terminal: Terminal): Terminal {
  const { write, tell, writeLog, hasColours, progress, confirm, input, secret, choose } = terminal;
  return {
    ...terminal,
    write: (text) => write(visible(text)),
    tell: (line) => tell(visible(line)),
    writeLog: (line) => writeLog(printableLog(line, hasColours)),
    progress: async () => plainProgress(await progress(), hasColours),
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

function plainProgress({ update, log, stop }: Progress, hasColours: boolean): Progress {
  return {
    update: (fraction, state) => update(fraction, visible(state)),
    log: (line) => log(printableLog(line, hasColours)),
    stop,
  };
}

/** The API's times, as PHP's format `c` writes them. */
export function formatDate(iso: string | null): string {
  return iso ? iso.replace(/(\.\d+)?Z$/, '+00:00') : '';
}
