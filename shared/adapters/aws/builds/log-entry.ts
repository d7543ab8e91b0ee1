import { ownMark } from '../../../api/log.ts';

/** Bough's own text for a log, with the mark before each of its lines. */
export function ownText(text: string): string {
  return text.replaceAll(/^/gm, ownMark);
}

/** An entry of a log's object: JSON on one line. */
export function logEntry(message: string): string {
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ data: { timestamp, message: `${message}\n` } })}\n`;
}
