import type { Log } from '../ports.ts';

/** One JSON object a line on stdout, which is what CloudWatch Logs Insights reads. Messages never vary: facts are fields. */
export function jsonLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const log = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }, readable)}\n`);
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

/** Errors have no enumerable properties, so without this they would be logged as `{}`. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? { code: value.code } : {};
  return { name: value.name, message: value.message, ...code, stack: value.stack, cause: value.cause };
}
