import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Size that causes a rotation. With the rotated file, twice as much is kept. */
const MAX_BYTES = 10 * 1024 * 1024;

/** An open log file. */
export interface LogFile {
  /** Writes a line synchronously. */
  write(line: string): void;
  close(): void;
}

/** Opens a log file with rotation: a full file replaces `<path>.1`. */
export function openLogFile(path: string, maxBytes = MAX_BYTES): LogFile {
  let file = openSync(path, 'a');
  let { size } = fstatSync(file);
  return {
    write(line) {
      const bytes = Buffer.from(`${line}\n`);
      if (size > 0 && size + bytes.length > maxBytes) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, 'a');
        size = 0;
      }
      writeSync(file, bytes);
      size += bytes.length;
    },
    close: () => closeSync(file),
  };
}
