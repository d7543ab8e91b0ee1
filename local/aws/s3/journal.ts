import { type FileHandle, open } from 'node:fs/promises';
import * as z from 'zod';
import { readFileIfExists, replaceFile } from '../../state/files.ts';

/** Metadata of an object. */
export const ObjectRecord = z.object({
  key: z.string(),
  /** Name of the content file. */
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
/** Metadata of an object. */
export type ObjectRecord = z.infer<typeof ObjectRecord>;

const Entry = z.union([z.object({ put: ObjectRecord }), z.object({ delete: z.string() })]);
/** One change of a bucket. */
export type JournalEntry = z.infer<typeof Entry>;

/** An append-only list of a bucket's changes. */
export interface Journal {
  /** Resolves when the entry is on disk. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/** Number of obsolete lines that do not yet cause a rewrite. */
const COMPACTION_SLACK = 1_000;

/** Reads the journal, rewrites it when most lines are obsolete, and opens it for appending. */
export async function openJournal(
  path: string,
): Promise<{ journal: Journal; records: Map<string, ObjectRecord> }> {
  const lines = ((await readFileIfExists(path)) ?? '').split('\n').filter((line) => line !== '');
  const records = replay(lines);
  if (lines.length > 2 * records.size + COMPACTION_SLACK || lines.some((line) => parse(line) === undefined)) {
    const entries = [...records.values()].map((record) => `${JSON.stringify({ put: record })}\n`);
    await replaceFile(path, entries.join(''));
  }
  return { journal: createJournal(await open(path, 'a')), records };
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

/** Returns undefined for an incomplete line: a killed stack leaves one for a change that was never acknowledged. */
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
