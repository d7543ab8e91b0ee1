import type { Api } from '../api/client.ts';
import { Activity } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import { activityLabel, formatStates, howToFollow, outcomeOf, outcomesOf } from '../output/outcomes.ts';
import { untilInterrupted } from '../terminal/interrupt.ts';
import type { Progress, Terminal } from '../terminal/terminal.ts';
import { activityPath, type Logged, logReader, patiently, type ReadMore } from './log-reader.ts';

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
  activity: Logged,
  { print, timestamps, refresh }: LogOptions,
): Promise<void> {
  const reader = logReader(api, project, activity, { timestamps });
  const readMore = refresh === 0 ? reader : patiently(reader);
  for (;;) {
    const { lines, isSealed } = await readMore();
    for (const line of lines) print(line);
    if (isSealed || refresh === 0) return;
    // What fills an answer may be followed by more at once.
    if (lines.length === 0) await terminal.pause(refresh * 1000);
  }
}

/**
 * Waits for activities, all at the same time, and shows their logs. Resolves to the activities as they have ended:
 * to none if they are not to be waited for. Whoever does not wait, or not to the end, is told how to follow them.
 */
export async function waitForActivities(
  api: Api,
  terminal: Terminal,
  project: string,
  activities: readonly Activity[],
  { wait = true }: { wait?: boolean } = {},
): Promise<Activity[]> {
  const { tell } = terminal;
  // What was asked for comes before what follows from it.
  const ordered = [...activities].sort((a, b) => Number(isAbroad(a)) - Number(isAbroad(b)));
  const [first, ...others] = ordered;
  if (!first) return [];
  if (!wait) {
    tell(howToFollow(ordered));
    return [];
  }

  const isOnly = others.length === 0;
  const announce = () => {
    tell('');
    if (isOnly) tell(`Waiting for the activity: ${activityLabel(first)}`);
    else {
      tell(`Waiting for ${ordered.length} activities:`);
      for (const [index, activity] of ordered.entries()) tell(`  #${index + 1} ${activityLabel(activity)}`);
    }
    tell('');
  };
  const watched = ordered.map((activity, index) =>
    watch(patiently(logReader(api, project, activity)), activity.state, isOnly ? '' : `#${index + 1} `),
  );
  await showAll(terminal, announce, watched).catch((error: unknown) => {
    if (error instanceof CliError) tell(`\n${howToFollow(ordered)}`);
    throw error;
  });

  const ended = await Promise.all(
    ordered.map((activity) => api.get(activityPath(project, activity), Activity)),
  );
  tell('');
  const [only] = ended;
  tell(isOnly && only ? outcomeOf(only) : outcomesOf(ended));
  return ended;
}

/** An activity that is watched by reading its log. */
interface Watched {
  state: string;
  hasEnded: boolean;
  /** What its log has more than it had before. */
  read(): Promise<string[]>;
}

function watch(readMore: ReadMore, state: string, prefix: string): Watched {
  return {
    state,
    hasEnded: false,
    async read() {
      const { lines, isSealed } = await readMore();
      // Who writes to the log is at work.
      if (lines.length > 0) this.state = 'in_progress';
      if (isSealed) this.state = 'complete';
      this.hasEnded = isSealed;
      return lines.map((line) => prefix + line);
    },
  };
}

/** Shows the logs as they grow, until all have ended. Rejects when it is interrupted, from its first word on. */
async function showAll(terminal: Terminal, announce: () => void, watched: readonly Watched[]): Promise<void> {
  await untilInterrupted(async (signal) => {
    const progress = await terminal.progress();
    try {
      signal.throwIfAborted();
      announce();
      const interruption = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      // An answer that is still under way is not worth waiting for.
      await Promise.race([interruption, showLogs(terminal, watched, progress, signal)]);
    } finally {
      progress.stop();
    }
  });
}

async function showLogs(
  terminal: Terminal,
  watched: readonly Watched[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const open = watched.filter(({ hasEnded }) => !hasEnded);
    const fraction = 1 - open.length / watched.length;
    progress.update(fraction, formatStates(watched.map(({ state }) => state)));
    if (open.length === 0) return;
    const lines = (await Promise.all(open.map((one) => one.read()))).flat();
    signal.throwIfAborted();
    for (const line of lines) progress.log(line);
    // What fills an answer may be followed by more at once.
    const isStill = lines.length === 0 && open.every(({ hasEnded }) => !hasEnded);
    if (isStill) await terminal.pause(1000, signal);
  }
}

/** An activity on an integration: of which an environment's may be the reason. */
function isAbroad({ type }: Activity): boolean {
  return type.startsWith('integration.');
}
