import type { Api } from '../api/client.ts';
import { Activity } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import { activityLabel, formatStates, howToFollow, outcomeOf, outcomesOf } from '../output/outcomes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import type { Progress, Terminal } from '../terminal/terminal.ts';
import { activityPath, type LoggedActivity, logReader, type ReadMore, withRetries } from './log-reader.ts';

/** How `followLog` prints a log. */
export interface LogOptions {
  print: (line: string) => void;
  timestamps?: boolean | undefined;
  /** Seconds between two reads; 0 reads once. */
  refresh: number;
}

/** Prints an activity's log until the activity has ended. */
export async function followLog(
  api: Api,
  terminal: Terminal,
  project: string,
  activity: LoggedActivity,
  { print, timestamps, refresh }: LogOptions,
): Promise<void> {
  const reader = logReader(api, project, activity, { timestamps });
  const readMore = refresh === 0 ? reader : withRetries(reader);
  for (;;) {
    const { lines, isSealed } = await readMore();
    for (const line of lines) print(line);
    if (isSealed || refresh === 0) return;
    // A response with lines may be one page of several: read on without a pause.
    if (lines.length === 0) await terminal.pause(refresh * 1000);
  }
}

/**
 * Waits for activities in parallel, prints their logs and resolves to the finished activities.
 * Without `wait`, or when the wait is interrupted, prints the commands that follow the activities; without `wait`,
 * resolves to an empty list.
 */
export async function waitForActivities(
  api: Api,
  terminal: Terminal,
  project: string,
  activities: readonly Activity[],
  { wait = true }: { wait?: boolean } = {},
): Promise<Activity[]> {
  const { info } = terminal;
  // Activities of environments come first: the user asked for them. Activities of integrations are side effects.
  const ordered = [...activities].sort((a, b) => Number(isOnIntegration(a)) - Number(isOnIntegration(b)));
  const [first, ...others] = ordered;
  if (!first) return [];
  if (!wait) {
    info(howToFollow(ordered));
    return [];
  }

  const isOnly = others.length === 0;
  const announce = () => {
    info('');
    if (isOnly) info(`Waiting for the activity: ${activityLabel(first)}`);
    else {
      info(`Waiting for ${ordered.length} activities:`);
      for (const [index, activity] of ordered.entries()) info(`  #${index + 1} ${activityLabel(activity)}`);
    }
    info('');
  };
  const watched = ordered.map((activity, index) =>
    watch(withRetries(logReader(api, project, activity)), activity.state, isOnly ? '' : `#${index + 1} `),
  );
  await showAll(terminal, announce, watched).catch((error: unknown) => {
    if (error instanceof CliError) info(`\n${howToFollow(ordered)}`);
    throw error;
  });

  const ended = await Promise.all(
    ordered.map((activity) => api.get(activityPath(project, activity), Activity)),
  );
  info('');
  const [only] = ended;
  info(isOnly && only ? outcomeOf(only) : outcomesOf(ended));
  return ended;
}

/** The state of an activity, derived from its log. */
interface Watched {
  state: string;
  hasEnded: boolean;
  /** Resolves to the new lines of the log. */
  read(): Promise<string[]>;
}

function watch(readMore: ReadMore, state: string, prefix: string): Watched {
  return {
    state,
    hasEnded: false,
    async read() {
      const { lines, isSealed } = await readMore();
      // A pending activity has no log yet.
      if (lines.length > 0) this.state = 'in_progress';
      if (isSealed) this.state = 'complete';
      this.hasEnded = isSealed;
      return lines.map((line) => prefix + line);
    },
  };
}

/** Shows the logs until all activities have ended. Rejects with an `Interruption` from the first output on. */
async function showAll(terminal: Terminal, announce: () => void, watched: readonly Watched[]): Promise<void> {
  await interruptible(async (signal) => {
    const progress = await terminal.progress();
    try {
      signal.throwIfAborted();
      announce();
      const interruption = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      // On an interruption, do not wait for a request in flight.
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
    // A response with lines may be one page of several: read on without a pause.
    const isIdle = lines.length === 0 && open.every(({ hasEnded }) => !hasEnded);
    if (isIdle) await terminal.pause(1000, signal);
  }
}

/** True for activities of integrations, which the activities of environments may start. */
function isOnIntegration({ type }: Activity): boolean {
  return type.startsWith('integration.');
}
