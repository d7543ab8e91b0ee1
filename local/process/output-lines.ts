/** Limits of the forwarded output. */
export interface OutputLimits {
  /** Maximum length of a line; the rest is dropped. */
  readonly lineBytes: number;
  /** Maximum size per minute; further lines of that minute are dropped. */
  readonly bytesPerMinute: number;
}

/** Limits of a child process's output. */
export const OUTPUT_LIMITS: OutputLimits = { lineBytes: 64 * 1024, bytesPerMinute: 4 * 1024 * 1024 };

const MINUTE_MS = 60_000;
const NEWLINE = 10;

/** Splits output into lines. */
export interface OutputLines {
  /** Adds the next bytes. */
  push(chunk: Buffer): void;
  /** Forwards a last line without a newline, and the number of dropped lines. */
  end(): void;
}

/** Creates a splitter of a program's output. Memory and forwarded output are bounded by the limits. */
export function outputLines(
  onLine: (line: string) => void,
  { lineBytes, bytesPerMinute }: OutputLimits = OUTPUT_LIMITS,
  now: () => number = Date.now,
): OutputLines {
  const pending: Buffer[] = [];
  let [size, isCut] = [0, false];
  const minute = { began: Number.NEGATIVE_INFINITY, bytes: 0, dropped: 0 };

  function keep(part: Buffer): void {
    const space = lineBytes - size;
    if (part.length > space) isCut = true;
    if (space <= 0 || part.length === 0) return;
    // Copy the bytes: a slice would retain the whole chunk.
    const kept = Buffer.from(part.subarray(0, space));
    pending.push(kept);
    size += kept.length;
  }

  function endLine(): void {
    const text = Buffer.concat(pending).toString().replace(/\r$/, '');
    const line = isCut ? `${text}… (the rest of this line is left out)` : text;
    pending.length = 0;
    [size, isCut] = [0, false];
    pass(line);
  }

  function pass(line: string): void {
    if (now() - minute.began >= MINUTE_MS) {
      reportDropped();
      Object.assign(minute, { began: now(), bytes: 0 });
    }
    minute.bytes += Buffer.byteLength(line) + 1;
    if (minute.bytes > bytesPerMinute) minute.dropped += 1;
    else onLine(line);
  }

  function reportDropped(): void {
    const count = minute.dropped;
    minute.dropped = 0;
    if (count > 0) onLine(`… (${count} lines are left out: more than ${bytesPerMinute} bytes in a minute)`);
  }

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        keep(chunk.subarray(start, end));
        endLine();
        start = end + 1;
      }
      keep(chunk.subarray(start));
    },
    end() {
      if (size > 0 || isCut) endLine();
      reportDropped();
    },
  };
}
