import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';

/**
 * Parses a delivery's body, which must be UTF-8.
 * @throws BoughError malformed_json
 */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new BoughError('malformed_json', 'The body is not valid JSON.', { cause });
  }
}

/**
 * Validates a delivery's payload.
 * @param product the sender's name in the error message
 * @throws BoughError invalid, with the fields that are wrong
 */
export function readPayload<T>(product: string, schema: z.ZodMiniType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const fields = Object.fromEntries(
    result.error.issues.map((issue) => [issue.path.join('.') || 'body', issue.message]),
  );
  throw new BoughError('invalid', `The body is not a ${product} payload.`, { fields });
}
