import { type Api, path } from './api/client.ts';
import { Activity, LogLine } from './api/resources.ts';
import { printable } from './output/text.ts';
import type { Terminal } from './terminal.ts';

export interface LogOptions {
  print: (line: string) => void;
  timestamps?: boolean | undefined;
  /** Seconds between two readings; 0 reads once. */
  refresh: number;
}

/** Prints an activity's log, and what is added to it, until the activity has ended. */
export async function followLog(
  api: Api,
  terminal: Terminal,
  project: string,
  activity: string,
  options: LogOptions,
): Promise<void> {
  const url = path`/projects/${project}/activities/${activity}/log`;
  let seen = 0;
  for (;;) {
    const lines = await api.lines(`${url}?start_at=${seen}`);
    for (const line of lines) {
      const parsed = LogLine.safeParse(parseLine(line)).data;
      if (parsed && 'seal' in parsed) return;
      seen += 1;
      if (parsed) options.print(formatLine(parsed.data, options.timestamps));
    }
    if (options.refresh === 0) return;
    // What fills an answer may be followed by more at once.
    if (lines.length === 0) await terminal.pause(options.refresh * 1000);
  }
}

/** Waits for activities and shows their logs. Resolves to the activities as they have ended. */
export async function waitForActivities(
  api: Api,
  terminal: Terminal,
  project: string,
  activities: readonly Activity[],
): Promise<Activity[]> {
  if (activities.length === 0) return [];
  const { tell } = terminal;
  const [only] = activities;
  if (activities.length === 1 && only) tell(`Waiting for the activity: ${label(only)}`);
  else {
    tell(`Waiting for ${activities.length} activities:`);
    for (const [index, activity] of activities.entries()) tell(`  #${index + 1} ${label(activity)}`);
  }

  const ended: Activity[] = [];
  for (const [index, activity] of activities.entries()) {
    if (activities.length > 1) tell(`\n#${index + 1} ${printable(activity.text)}`);
    const print = (line: string) => tell(`    ${line}`);
    await followLog(api, terminal, project, activity.id, { print, refresh: 1 });
    ended.push(await api.get(path`/projects/${project}/activities/${activity.id}`, Activity));
  }

  tell('');
  for (const activity of ended) tell(outcome(activity));
  const succeeded = ended.filter(hasSucceeded);
  if (ended.length > 1) tell(`${succeeded.length}/${ended.length} activities succeeded`);
  return ended;
}

export function hasSucceeded({ result }: Activity): boolean {
  return result === 'success';
}

function outcome(activity: Activity): string {
  if (activity.state === 'cancelled')
    return `The activity was cancelled: ${label(activity)}\n  ${reason(activity)}`;
  if (hasSucceeded(activity)) return `The activity succeeded: ${label(activity)}`;
  return `The activity failed: ${label(activity)}\n  ${reason(activity)}`;
}

function reason(activity: Activity): string {
  return printable(activity.payload.because);
}

function label(activity: Activity): string {
  return `[${activity.id}] ${printable(activity.text)}`;
}

function formatLine(
  { timestamp, message }: { timestamp: string; message: string },
  timestamps = false,
): string {
  const text = message.replace(/\n$/, '');
  return timestamps ? `[${timestamp}] ${text}` : text;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
