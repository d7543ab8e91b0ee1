import { type Coloured, type ColouredText, colouredText } from './log-colours.ts';

/** Some lines of a log. A block never changes, so that its element, the selection and the scroll position stay. */
export interface LogBlock {
  readonly text: string;
  /** The parts of the text that have a colour. */
  readonly coloured: readonly Coloured[];
  readonly lines: number;
  /** The columns of the widest line. */
  readonly columns: number;
}

/** The part of a log that was read. */
export interface Log {
  readonly blocks: readonly LogBlock[];
  readonly lines: number;
  /** Entries that were read. */
  readonly read: number;
  /** True when the activity has ended and no more lines follow. */
  readonly isComplete: boolean;
}

/** A log of which nothing was read. */
export const noLog: Log = { blocks: [], lines: 0, read: 0, isComplete: false };

/** Lines of one block. The browser skips the layout of blocks that are out of sight. */
export const linesOfBlock = 200;

/** The log with its next entries. Null is the seal, after which no more lines follow. */
export function appended(log: Log, messages: readonly (string | null)[]): Log {
  const lines = messages.flatMap((message) => (message === null ? [] : linesOf(colouredText(message))));
  return {
    blocks: [...log.blocks, ...blocksOf(lines)],
    lines: log.lines + lines.length,
    read: log.read + messages.filter((message) => message !== null).length,
    isComplete: log.isComplete || messages.includes(null),
  };
}

/** The whole text of a log. */
export function textOf({ blocks }: Log): string {
  return blocks.map(({ text }) => text).join('');
}

function blocksOf(lines: readonly ColouredText[]): LogBlock[] {
  const blocks: LogBlock[] = [];
  for (let start = 0; start < lines.length; start += linesOfBlock) {
    const some = lines.slice(start, start + linesOfBlock);
    const coloured: Coloured[] = [];
    let text = '';
    for (const line of some) {
      for (const part of line.coloured) coloured.push(shifted(part, text.length));
      text += `${line.text}\n`;
    }
    const columns = Math.max(...some.map((line) => columnsOf(line.text)));
    blocks.push({ text, coloured, lines: some.length, columns });
  }
  return blocks;
}

function shifted({ start, end, colour }: Coloured, by: number): Coloured {
  return { start: start + by, end: end + by, colour };
}

/** The lines of a message, each with its own parts. */
function linesOf(message: ColouredText): ColouredText[] {
  if (!message.text.includes('\n')) return [message];
  let begin = 0;
  return message.text.split('\n').map((text) => {
    const from = begin;
    const to = from + text.length;
    begin = to + 1;
    const coloured = message.coloured
      .map((part) => ({ ...part, start: Math.max(part.start, from), end: Math.min(part.end, to) }))
      .filter(({ start, end }) => start < end)
      .map((part) => shifted(part, -from));
    return { text, coloured };
  });
}

const plain = /^[\x20-\x7e\t]*$/;
const tabs = /\t/g;

/** The columns of a line. Characters other than Latin ones count twice: they may be wide. */
function columnsOf(line: string): number {
  if (plain.test(line)) return line.length + 7 * (line.match(tabs)?.length ?? 0);
  return 2 * line.length;
}
