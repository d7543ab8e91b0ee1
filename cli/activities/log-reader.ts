import { jsonOrUndefined } from '../../shared/runtime/json.ts';
import { type Api, ApiError, path } from '../api/client.ts';
import { type Activity, LogLine } from '../api/resources.ts';
import { CliError } from '../errors.ts';

/** Reads the lines added to an activity's log since the last call. */
export type ReadMore = () => Promise<LogChunk>;

/** The lines of one read. */
interface LogChunk {
  lines: string[];
  /** True when the activity has ended and no more lines follow. */
  isSealed: boolean;
}

/** The properties of an activity that its log's path needs. */
export type LoggedActivity = Pick<Activity, 'id' | 'environments' | 'integration'>;

/** An activity's path below its environment or integration, which saves the API a search through the project. */
export function activityPath(project: string, { id, environments, integration }: LoggedActivity): string {
  const [environment] = environments;
  if (environment !== undefined)
    return path`/projects/${project}/environments/${environment}/activities/${id}`;
  if (integration !== undefined)
    return path`/projects/${project}/integrations/${integration}/activities/${id}`;
  return path`/projects/${project}/activities/${id}`;
}

/** Returns a reader that starts at the first line of the log. */
export function logReader(
  api: Api,
  project: string,
  activity: LoggedActivity,
  { timestamps }: { timestamps?: boolean | undefined } = {},
): ReadMore {
  const url = `${activityPath(project, activity)}/log`;
  let seen = 0;
  return async () => {
    const all = (await api.lines(`${url}?start_at=${seen}`)).map(
      (line) => LogLine.safeParse(jsonOrUndefined(line)).data,
    );
    const isSealed = all.some((line) => line && 'seal' in line);
    seen += all.length;
    return {
      lines: all.flatMap((line) => (line && 'data' in line ? [formatLine(line.data, timestamps)] : [])),
      isSealed,
    };
  };
}

/** The number of consecutive failed reads that are tolerated. */
const maxFailures = 10;

/** Treats a transient failure as a read without new lines, for readers that poll. */
export function withRetries(readMore: ReadMore): ReadMore {
  let failures = 0;
  return async () => {
    try {
      const chunk = await readMore();
      failures = 0;
      return chunk;
    } catch (error) {
      failures += 1;
      if (failures > maxFailures || !isTransient(error)) throw error;
      return { lines: [], isSealed: false };
    }
  };
}

function isTransient(error: unknown): boolean {
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
