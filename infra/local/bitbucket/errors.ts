import type * as z from 'zod';

/** An answer of the API that is not a success, in the shape that Bitbucket gives its errors. */
export class ApiError extends Error {
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(status: number, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.details = details;
  }
}

export function errorBody(error: ApiError): Record<string, unknown> {
  return { type: 'error', error: { message: error.message, ...error.details } };
}

/** 400 about named fields of the request: `key: Ensure this value …`. */
export function invalidFields(fields: Record<string, string[]>): ApiError {
  const [name = '', messages = []] = Object.entries(fields)[0] ?? [];
  return new ApiError(400, `${name}: ${messages[0] ?? 'invalid'}`, { fields });
}

export function invalidField(name: string, message: string): ApiError {
  return invalidFields({ [name]: [message] });
}

/** Parses what a caller sent; throws the API's 400 that names each wrong field. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, {
    error: (issue) => (issue.input === undefined ? 'This field is required.' : undefined),
  });
  if (result.success) return result.data;
  const fields: Record<string, string[]> = {};
  for (const issue of result.error.issues) {
    const name = issue.path.join('.') || 'body';
    fields[name] = [...(fields[name] ?? []), issue.message];
  }
  throw invalidFields(fields);
}

/** What the API says about a path that it does not know. */
export function unknownResource(): ApiError {
  return new ApiError(404, 'Resource not found', {
    detail:
      'There is no API hosted at this URL.\n\nFor information about our APIs, please refer to the documentation at: https://developer.atlassian.com/cloud/bitbucket/rest/',
  });
}
