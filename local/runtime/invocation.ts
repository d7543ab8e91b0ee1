import * as z from 'zod';

/** Error of an invocation, in the shape of Lambda's function errors. */
export const FunctionError = z.object({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
  trace: z.array(z.string()).default([]),
});
/** Error of an invocation. */
export type FunctionError = z.infer<typeof FunctionError>;

/** Result of an invocation: JSON text, or an error. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** Creates the outcome of a failed invocation. */
export function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage, trace: [] } };
}

/** Parses an error document of a function's process. */
export function readFunctionError(json: string): FunctionError {
  try {
    return FunctionError.parse(JSON.parse(json));
  } catch {
    return { errorType: 'Unknown', errorMessage: json, trace: [] };
  }
}
