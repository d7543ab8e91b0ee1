import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LoggedLine } from '../../../domain/activities/activity.ts';
import type { ActivityLog } from '../../../ports/activities.ts';
import type { Log } from '../../../ports/log.ts';
import { createObject } from '../s3/create-object.ts';
import { readTail } from '../s3/read-text.ts';
import { activityKeys } from './build-documents.ts';
import { entryOf, logEntry, ownText } from './log-entry.ts';

/** Above the limit of the builder's own log. The repository's scripts may write the object too, at any size. */
const longestLog = 5 * 2 ** 20;

/** Bytes of a log that the record of an ended activity may have; a longer one is written to S3. */
export const longestKeptLog = 2048;

/** Seconds that new lines wait for others, before the first write, the second, and so on. */
export const writePauses = [1, 2, 4, 8] as const;

/** The lines of an activity that this process has not written yet. */
interface Pending {
  lines: LoggedLine[];
  /** The object's content after this process has written it; null before. */
  stored: string | null;
  writes: number;
  cancel: (() => void) | null;
  /** Settles when the last write has ended. */
  writing: Promise<void>;
}

/** Calls a function after a number of seconds; returns the way to call it off. */
export type Later = (seconds: number, call: () => void) => () => void;

const later: Later = (seconds, call) => {
  const timer = setTimeout(call, seconds * 1000);
  return () => clearTimeout(timer);
};

/**
 * Stores an activity's log as one S3 object of JSON lines. Lines are collected and written in growing intervals, so a
 * short activity takes no write at all, and a process that dies loses the lines of up to eight seconds. Only the runner
 * of an activity writes to its log, so a read followed by a write loses nothing.
 */
export function s3ActivityLog(
  s3: S3Client,
  bucket: string,
  log: Pick<Log, 'warn'>,
  wait: Later = later,
): ActivityLog {
  const open = new Map<string, Pending>();
  const keyOf = (project: string, activity: string) => activityKeys(project, activity).log;

  const put = async (project: string, activity: string, buffer: Pending) => {
    const { lines } = buffer;
    if (lines.length === 0) return;
    buffer.lines = [];
    buffer.writes += 1;
    const added = lines.map(entryOf).join('');
    const object = { Bucket: bucket, Key: keyOf(project, activity), ContentType: 'application/x-ndjson' };
    try {
      // Most logs are new: an attempt to create them saves the read.
      if (buffer.stored === null && (await createObject(s3, { ...object, Body: added }))) {
        buffer.stored = added;
        return;
      }
      const before = buffer.stored ?? (await readActivityLog(s3, bucket, project, activity));
      await s3.send(new PutObjectCommand({ ...object, Body: before + added }));
      buffer.stored = before + added;
    } catch (error) {
      buffer.lines = [...lines, ...buffer.lines];
      throw error;
    }
  };
  const write = (project: string, activity: string, buffer: Pending) => {
    const next = buffer.writing.then(() => put(project, activity, buffer));
    buffer.writing = next.catch(() => undefined);
    return next;
  };
  const writeLater = (project: string, activity: string, buffer: Pending) => {
    const pause = writePauses[Math.min(buffer.writes, writePauses.length - 1)] ?? 0;
    buffer.cancel ??= wait(pause, () => {
      buffer.cancel = null;
      // The activity continues without a stored log; the next line and the end try again.
      write(project, activity, buffer).catch((error: unknown) =>
        log.warn('log not stored', { project, activity, error }),
      );
    });
  };
  /** Ends a buffer: another process may write the object from now on. */
  const closed = async (project: string, activity: string): Promise<Pending | null> => {
    const key = keyOf(project, activity);
    const buffer = open.get(key);
    if (!buffer) return null;
    open.delete(key);
    buffer.cancel?.();
    await buffer.writing;
    return buffer;
  };

  return {
    append(project, activity, lines) {
      if (lines.length === 0) return;
      const at = new Date().toISOString();
      const key = keyOf(project, activity);
      const buffer = open.get(key) ?? {
        lines: [],
        stored: null,
        writes: 0,
        cancel: null,
        writing: Promise.resolve(),
      };
      open.set(key, buffer);
      buffer.lines.push(...lines.map((text) => ({ at, text })));
      writeLater(project, activity, buffer);
    },
    async flush(project, activity) {
      const buffer = await closed(project, activity);
      if (buffer) await write(project, activity, buffer);
    },
    async take(project, activity) {
      const buffer = await closed(project, activity);
      if (!buffer) return [];
      if (Buffer.byteLength(JSON.stringify(buffer.lines)) <= longestKeptLog) return buffer.lines;
      await write(project, activity, buffer);
      return [];
    },
  };
}

/** Reads the log that exists so far. Of a log that is too long only the end is returned, which explains a failure. */
export async function readActivityLog(
  s3: S3Client,
  bucket: string,
  project: string,
  activity: string,
): Promise<string> {
  const end = await readTail(s3, bucket, activityKeys(project, activity).log, longestLog);
  if (!end) return '';
  const text = end.text === '' || end.text.endsWith('\n') ? end.text : `${end.text}\n`;
  if (!end.isCut) return text;
  return (
    logEntry(ownText('The beginning is left out: the log is too long.')) + text.slice(text.indexOf('\n') + 1)
  );
}
