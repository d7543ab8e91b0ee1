import * as z from 'zod/mini';

/** An error: messages by field, or one message with the error's code and a remedy. */
export const Failure = z.union([
  z.object({ code: z.int(), detail: z.record(z.string(), z.string()) }),
  z.object({
    code: z.int(),
    message: z.string(),
    detail: z.object({ error: z.string(), remedy: z.string() }),
  }),
]);
