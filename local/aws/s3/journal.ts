import { type FileHandle, open, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { isMissing, replaceFile } from '../../state/files.ts';

/** What a bucket knows about an object. */
export const ObjectRecord = z.object({
  key: z.string(),
  /** Name of the file with the content. */
  blob: z.string(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Milliseconds since the epoch, in whole seconds as HTTP dates are. */
  lastModified: z.number(),
  /** Content type, metadata and the like, by lower-case header name. */
  headers: z.record(z.string(), z.string()),
  checksums: z.record(z.string(), z.string()),
});
export type ObjectRecord = z.infer<typeof ObjectRecord>;

const Entry = z.union([z.object({ put: ObjectRecord }), z.object({ delete: z.string() })]);
export type JournalEntry = z.infer<typeof Entry>;

/** Appends to a bucket's list of changes; the records are what remains after all of them. */
export interface Journal {
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/** Superfluous lines that are left alone. */
const COMPACTION_SLACK = 1_000;

/** Reads the journal, rewrites it when most of it is history, and opens it for appending. */
export async function openJournal(
  path: string,
): Promise<{ journal: Journal; records: Map<string, ObjectRecord> }> {
  const lines = (await readIfExists(path)).split('\n').filter((line) => line !== '');
  const records = replay(lines);
  if (lines.length > 2 * records.size + COMPACTION_SLACK || lines.some((line) => parse(line) === undefined)) {
    const entries = [...records.values()].map((record) => `${JSON.stringify({ put: record })}\n`);
    await replaceFile(path, entries.join(''));
  }
  return { journal: createJournal(await open(path, 'a')), records };
}

async function readIfExists(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function replay(lines: readonly string[]): Map<string, ObjectRecord> {
  const records = new Map<string, ObjectRecord>();
  for (const line of lines) {
    const entry = parse(line);
    if (entry === undefined) continue;
    if ('put' in entry) records.set(entry.put.key, entry.put);
    else records.delete(entry.delete);
  }
  return records;
}

/** A stack that is killed may leave half a line: a change that nobody was told had happened. */
function parse(line: string): JournalEntry | undefined {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function createJournal(file: FileHandle): Journal {
  let lines: string[] = [];
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    const text = lines.join('');
    lines = [];
    return text === '' ? Promise.resolve() : file.appendFile(text);
  }

  return {
    append(entry) {
      lines.push(`${JSON.stringify(entry)}\n`);
      writing = writing.then(write, write);
      return writing;
    },
    async close() {
      await writing;
      await file.close();
    },
  };
}
