import { ownMark } from '../../../api/log.ts';
import type { LoggedLine } from '../../../domain/activities/activity.ts';

/** Bough's own text for a log, with the mark before each of its lines. */
export function ownText(text: string): string {
  return text.replaceAll(/^/gm, ownMark);
}

/** Sequences and characters that readers of logs do not show, such as colours. */
const unseen = new RegExp(
  `${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]|[\\p{Cc}\\p{Default_Ignorable_Code_Point}]`,
  'gu',
);

/** A script's line for a log, with a space before it if it would look like one of Bough's own. */
export function scriptText(line: string): string {
  return line.replace(unseen, '').startsWith(ownMark.trimEnd()) ? ` ${line}` : line;
}

/** An entry of a log's object: JSON on one line. */
export function logEntry(message: string, timestamp: string = new Date().toISOString()): string {
  return `${JSON.stringify({ data: { timestamp, message: `${message}\n` } })}\n`;
}

/** A line of Bough's own as an entry of a log's object. */
export function entryOf({ at, text }: LoggedLine): string {
  return logEntry(ownText(text), at);
}
