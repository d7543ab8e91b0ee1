import { visible } from '../../shared/domain/values/text.ts';

/** Some lines of a log. A block never changes, so that its element, the selection and the scroll position stay. */
export interface LogBlock {
  readonly text: string;
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
  const lines = messages.flatMap((message) => (message === null ? [] : linesIn(message)));
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

function blocksOf(lines: readonly string[]): LogBlock[] {
  const blocks: LogBlock[] = [];
  for (let start = 0; start < lines.length; start += linesOfBlock) {
    const some = lines.slice(start, start + linesOfBlock);
    blocks.push({
      text: some.map((line) => `${line}\n`).join(''),
      lines: some.length,
      columns: Math.max(...some.map(columnsOf)),
    });
  }
  return blocks;
}

const esc = String.fromCharCode(27);
/** The escape sequences of terminals for colours, styles and movements of the cursor. */
const controls = new RegExp(`${esc}\\[[\\d;?]*[A-HJKSTfmnsulh]`, 'g');
const plain = /^[\x20-\x7e\n\t]*$/;

/** The lines of a message: without a terminal's control sequences, with other invisible characters escaped. */
function linesIn(message: string): string[] {
  const text = message.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const shown = plain.test(text) ? text : visible(text.replace(controls, ''));
  return shown.split('\n');
}

const tabs = /\t/g;

/** The columns of a line. Characters other than Latin ones count twice: they may be wide. */
function columnsOf(line: string): number {
  if (plain.test(line)) return line.length + 7 * (line.match(tabs)?.length ?? 0);
  return 2 * line.length;
}
