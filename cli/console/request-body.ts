import type { IncomingMessage } from 'node:http';
import { ConsoleError } from './console-error.ts';

/** Bytes of a request's body: more than any operation of the API needs. */
export const longestBody = 1024 * 1024;

/**
 * Reads the body of a request as text; undefined without one. Forms and plain text, which pages of other origins can
 * send without a preflight, are refused by their content type.
 * @throws ConsoleError unsupported_media_type, malformed_body, body_too_large
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const { method = '', headers } = request;
  const type = headers['content-type'];
  const isJson = type !== undefined && /^application\/json *(?:;|$)/i.test(type);
  const isExpected = method === 'POST' || method === 'PATCH';
  if (!isJson && (isExpected || type !== undefined)) throw notJson(type);
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  if (!isJson) throw notJson(type);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConsoleError('malformed_body', 'The body is not UTF-8.', { cause });
  }
}

function notJson(type = 'none'): ConsoleError {
  return new ConsoleError('unsupported_media_type', `The body's content type is ${type.slice(0, 100)}.`);
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Keep the connection: an HTTP client that still sends would see a reset instead of the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > longestBody) {
      throw new ConsoleError('body_too_large', `The body is larger than ${longestBody} bytes.`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
