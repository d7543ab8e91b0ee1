import type * as z from 'zod/mini';

/** Validates a function's environment variables at its start. The error lists every invalid variable. */
export function readConfig<T>(schema: z.ZodMiniType<T>, environment: Record<string, string | undefined>): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The function's environment is incomplete; deploy the stack again. ${wrong.join('; ')}`);
}
