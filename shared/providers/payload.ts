import type * as z from 'zod/mini';
import { BoughError } from '../errors.ts';

/** @throws BoughError malformed_json */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new BoughError('malformed_json', 'The body is not valid JSON.', { cause });
  }
}

/**
 * What a delivery's body says, by the schema of the `product` that sends it.
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
