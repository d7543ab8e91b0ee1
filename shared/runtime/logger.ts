import type { Log } from '../ports/log.ts';

/**
 * Logs one JSON object per line to stdout for CloudWatch Logs Insights. Messages are constant; variable facts are
 * fields. Each line contains the invocation's X-Ray trace id, if Lambda provides one.
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

/** The trace id in the header that Lambda sets for each invocation. */
function traceIn(header = ''): string | undefined {
  return /(?:^|;)Root=([^;]+)/.exec(header)?.[1];
}

/** Makes errors serialisable: their properties are not enumerable, so JSON would be `{}`. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? { code: value.code } : {};
  return { name: value.name, message: value.message, ...code, stack: value.stack, cause: value.cause };
}
