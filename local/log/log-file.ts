import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** From this size on a file is put aside. Together with that one, twice as much is kept. */
const MAX_BYTES = 10 * 1024 * 1024;

export interface LogFile {
  /** Writes a line, at once. */
  write(line: string): void;
  close(): void;
}

/** A file of lines that does not grow without end: a full one becomes `<path>.1`, in the place of the one before. */
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
