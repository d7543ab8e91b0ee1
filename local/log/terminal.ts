import * as z from 'zod';
import type { LogLine } from './log.ts';

/** Fields of the functions' log lines that the terminal shows. */
const Entry = z.looseObject({
  level: z.string(),
  message: z.string(),
  environment: z.string().optional(),
  /** Environment or integration of an activity that waits. */
  owner: z.string().optional(),
  because: z.string().optional(),
  origin: z.string().optional(),
  result: z.string().optional(),
  url: z.string().nullish(),
  accepted: z.array(z.looseObject({ type: z.string() })).optional(),
  ignored: z.array(z.object({ because: z.string() })).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Entry = z.infer<typeof Entry>;

/** Formats a log line for the terminal; null for lines that only the log file contains. */
export function terminalLine({ source, stream, line }: LogLine): string | null {
  const entry = parse(line);
  if (!entry) return stream === 'stderr' ? `${source}: ${line}` : null;
  if (entry.level === 'error')
    return `! ${source}: ${entry.message}${entry.error ? `: ${entry.error.message}` : ''}`;
  return sentence(entry);
}

function sentence(entry: Entry): string | null {
  switch (entry.message) {
    case 'delivery accepted':
      return `Bitbucket: ${[...(entry.accepted ?? []).map(summary), ...(entry.ignored ?? []).map(({ because }) => because)].join(', ')}`;
    case 'delivery refused':
      return `A delivery was refused: ${entry.because}`;
    case 'decided: change':
      return `${entry.environment}: ${entry.because}${entry.origin === 'scheduled prune' ? ' (found by the schedule)' : ''}`;
    case 'deletions held back':
      return `Nothing is deleted: ${entry.because}`;
    case 'activity waits':
      return `${entry.owner} waits: ${entry.because}`;
    case 'concluded: change':
      return conclusion(entry);
    default:
      return null;
  }
}

function conclusion({ environment = '', because = '', result, url }: Entry): string {
  if (result !== 'success') return `${environment}: ${result}: ${because}`;
  const what = because.startsWith(environment) ? because : `${environment}: ${because}`;
  return url ? `${what}, see ${url}` : what;
}

function summary(event: { type: string; branch?: unknown; pull_request?: unknown }): string {
  const subject = event.branch ?? (event.pull_request === undefined ? '' : `#${event.pull_request}`);
  return `${event.type} ${subject}`.trim();
}

function parse(line: string): Entry | null {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
