import { performance } from 'node:perf_hooks';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { longestTailLine, tailLines } from '../../shared/adapters/aws/builds/build-documents.ts';
import { logEntry, ownText, scriptText } from '../../shared/adapters/aws/builds/log-entry.ts';
import { readTextIfExists } from '../../shared/adapters/aws/s3/read-text.ts';
import { describeBytes } from '../../shared/domain/values/bytes.ts';
import { cut } from '../../shared/domain/values/text.ts';
import { explain } from '../../shared/errors.ts';

/** The log of a build, which users can follow while it runs. */
export interface BuildLog {
  /** Adds a line of the builder, with the mark of Bough's own lines. The size limit does not apply to these few lines. */
  line(text: string): void;
  /** Adds a line that a script printed, until the log has reached its size limit. */
  output(text: string): void;
  /** The last lines, including lines beyond the size limit. */
  tail(): string[];
  /** Stores all lines that are not stored yet. */
  close(): Promise<void>;
}

/** Bytes of an activity's log, after which the output of scripts is left out. */
export const longestLog = 4 * 2 ** 20;

/** Milliseconds between two writes. Readers ask once a second, so a line is readable within two seconds. */
const usualPause = 800;

/** Milliseconds that the first line after a pause waits for others. */
const shortestPause = 100;

/** The input of `openLog`. */
export interface LogOptions {
  s3: S3Client;
  bucket: string;
  key: string;
  /** Receives every line too. */
  echo: (line: string) => void;
  /** The shortest time between two writes. */
  flushMilliseconds?: number;
  /** The size beyond which the output of scripts is left out. */
  capBytes?: number;
}

/**
 * Opens an activity's log and appends to earlier content. S3 cannot append, so each write stores the whole log,
 * which is also held in memory. The log therefore has a size limit.
 */
export async function openLog(options: LogOptions): Promise<BuildLog> {
  const { s3, bucket, key, echo, flushMilliseconds = usualPause, capBytes = longestLog } = options;
  const earlier = (await readTextIfExists(s3, bucket, key)) ?? '';
  const parts = [Buffer.from(earlier === '' || earlier.endsWith('\n') ? earlier : `${earlier}\n`)];
  let bytes = parts[0]?.length ?? 0;
  let full = false;
  let stored = true;
  let timer: NodeJS.Timeout | undefined;
  let lastWrite = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();
  const tail: string[] = [];

  const write = async () => {
    if (stored) return;
    stored = true;
    try {
      const Body = Buffer.concat(parts);
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/x-ndjson' }),
      );
    } catch (error) {
      stored = false;
      throw error;
    }
  };
  const writeLater = () => {
    const left = lastWrite + flushMilliseconds - performance.now();
    timer ??= setTimeout(
      () => {
        timer = undefined;
        lastWrite = performance.now();
        // The build continues without a stored log; the next line and `close` try again.
        writing = writing
          .then(write)
          .catch((error: unknown) => echo(`The log could not be stored: ${explain(error)}`));
      },
      Math.max(left, Math.min(shortestPause, flushMilliseconds)),
    );
  };
  const keep = (text: string) => {
    const part = Buffer.from(logEntry(text));
    parts.push(part);
    bytes += part.length;
    stored = false;
    writeLater();
  };
  const show = (text: string) => {
    echo(text);
    tail.push(cut(text, longestTailLine));
    if (tail.length > tailLines) tail.shift();
  };

  return {
    line(text) {
      const marked = ownText(text);
      show(marked);
      keep(marked);
    },
    output(line) {
      const text = scriptText(line);
      show(text);
      if (full) return;
      full = bytes + text.length > capBytes;
      keep(
        full ? ownText(`The rest of this output is left out: a log holds ${describeBytes(capBytes)}.`) : text,
      );
    },
    tail: () => [...tail],
    async close() {
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}
