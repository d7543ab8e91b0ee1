import * as z from 'zod/mini';

/** A mapping that accepts exactly these keys. The message for another key lists them. */
export function known<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `Known: ${Object.keys(shape).join(', ')}` : 'must be a mapping',
  });
}
