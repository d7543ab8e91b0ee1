import type { Log } from '../ports/log.ts';

/**
 * One JSON object a line on stdout, which is what CloudWatch Logs Insights reads. Messages never vary: facts are
 * fields. Each line names the invocation's X-Ray trace, where Lambda says one.
 */
export function jsonLog(
  environment: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const log = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    const trace = traceIn(environment['_X_AMZN_TRACE_ID']);
    const line = { time: new Date().toISOString(), level, message, ...fields, trace };
    write(`${JSON.stringify(line, readable)}\n`);
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

/** A trace's id, from the header that Lambda sets anew for each invocation. */
function traceIn(header = ''): string | undefined {
  return /(?:^|;)Root=([^;]+)/.exec(header)?.[1];
}

/** Errors have no enumerable properties, so without this they would be logged as `{}`. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? { code: value.code } : {};
  return { name: value.name, message: value.message, ...code, stack: value.stack, cause: value.cause };
}
