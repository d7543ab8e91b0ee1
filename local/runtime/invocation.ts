import * as z from 'zod';

/** Why an invocation failed, in the shape of Lambda's function errors. */
export const FunctionError = z.object({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
  trace: z.array(z.string()).default([]),
});
export type FunctionError = z.infer<typeof FunctionError>;

export type Outcome =
  | { readonly ok: true /** JSON text. */; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

export function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage, trace: [] } };
}

/** Reads an error document that a function's process posted. */
export function readFunctionError(json: string): FunctionError {
  try {
    return FunctionError.parse(JSON.parse(json));
  } catch {
    return { errorType: 'Unknown', errorMessage: json, trace: [] };
  }
}
