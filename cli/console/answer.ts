import type { ConsoleError } from './console-error.ts';

/** A response of the console's server. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/** A response with a JSON document. */
export function json(status: number, document: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
}

/** The response to a failed request, in the format of the management API's errors. */
export function failure({ status, message, code, remedy }: ConsoleError): Answer {
  return json(status, { code: status, message, detail: { error: code, remedy } });
}
