/** The limits of the output that is passed on. */
export interface OutputLimits {
  /** Of a line; the rest of a longer one is left out. */
  readonly lineBytes: number;
  /** In a minute; the rest of the lines of that minute are left out. */
  readonly bytesPerMinute: number;
}

export const OUTPUT_LIMITS: OutputLimits = { lineBytes: 64 * 1024, bytesPerMinute: 4 * 1024 * 1024 };

const MINUTE_MS = 60_000;
const NEWLINE = 10;

export interface OutputLines {
  /** Takes in the next bytes. */
  push(chunk: Buffer): void;
  /** Passes on what is left: a last line without an end, and what was left out. */
  end(): void;
}

/** Splits a program's output into lines, whatever it prints: no more is kept in memory or passed on than the limits say. */
export function outputLines(
  onLine: (line: string) => void,
  { lineBytes, bytesPerMinute }: OutputLimits = OUTPUT_LIMITS,
  now: () => number = Date.now,
): OutputLines {
  const pending: Buffer[] = [];
  let [size, isCut] = [0, false];
  const minute = { began: Number.NEGATIVE_INFINITY, bytes: 0, leftOut: 0 };

  function keep(part: Buffer): void {
    const space = lineBytes - size;
    if (part.length > space) isCut = true;
    if (space <= 0 || part.length === 0) return;
    // A copy: a slice would keep the whole chunk in memory.
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
      tellWhatIsLeftOut();
      Object.assign(minute, { began: now(), bytes: 0 });
    }
    minute.bytes += Buffer.byteLength(line) + 1;
    if (minute.bytes > bytesPerMinute) minute.leftOut += 1;
    else onLine(line);
  }

  function tellWhatIsLeftOut(): void {
    const count = minute.leftOut;
    minute.leftOut = 0;
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
      tellWhatIsLeftOut();
    },
  };
}
