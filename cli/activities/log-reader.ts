import { type Api, ApiError, path } from '../api/client.ts';
import { type Activity, LogLine } from '../api/resources.ts';
import { CliError } from '../errors.ts';

/** Reads what an activity's log has more than it had when it was read last. */
export type ReadMore = () => Promise<Addition>;

interface Addition {
  lines: string[];
  /** Nothing more will follow: the activity has ended. */
  isSealed: boolean;
}

/** What is known of an activity whose log is read. */
export type Logged = Pick<Activity, 'id' | 'environments' | 'integration'>;

/** An activity's path with whose it is in it, so that the API need not look through a whole project for it. */
export function activityPath(project: string, { id, environments, integration }: Logged): string {
  const [environment] = environments;
  if (environment !== undefined)
    return path`/projects/${project}/environments/${environment}/activities/${id}`;
  if (integration !== undefined)
    return path`/projects/${project}/integrations/${integration}/activities/${id}`;
  return path`/projects/${project}/activities/${id}`;
}

export function logReader(
  api: Api,
  project: string,
  activity: Logged,
  { timestamps }: { timestamps?: boolean | undefined } = {},
): ReadMore {
  const url = `${activityPath(project, activity)}/log`;
  let seen = 0;
  return async () => {
    const all = (await api.lines(`${url}?start_at=${seen}`)).map(
      (line) => LogLine.safeParse(parseLine(line)).data,
    );
    const isSealed = all.some((line) => line && 'seal' in line);
    seen += all.length;
    return {
      lines: all.flatMap((line) => (line && 'data' in line ? [formatLine(line.data, timestamps)] : [])),
      isSealed,
    };
  };
}

/** How often in a row a log may not be had. */
const patience = 10;

/** The same for whoever comes again: what may pass is no more than nothing new. */
export function patiently(readMore: ReadMore): ReadMore {
  let failures = 0;
  return async () => {
    try {
      const addition = await readMore();
      failures = 0;
      return addition;
    } catch (error) {
      failures += 1;
      if (failures > patience || !mayPass(error)) throw error;
      return { lines: [], isSealed: false };
    }
  };
}

function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 429;
  return error instanceof CliError;
}

function formatLine(
  { timestamp, message }: { timestamp: string; message: string },
  timestamps = false,
): string {
  const text = message.replace(/\r?\n$/, '');
  return timestamps ? `[${timestamp}] ${text}` : text;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
