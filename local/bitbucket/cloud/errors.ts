import type * as z from 'zod';
import { HttpError, Refusal } from '../http/errors.ts';

/** An answer of Cloud's API that is not a success, in the shape that it gives its errors. */
export class ApiError extends HttpError {
  readonly details: Record<string, unknown>;

  constructor(status: number, message: string, details: Record<string, unknown> = {}) {
    super(status, message, status === 401 ? { 'WWW-Authenticate': 'Basic realm="Bitbucket"' } : {});
    this.name = 'ApiError';
    this.details = details;
  }
}

/** A repository that was renamed: its old address leads to the new one. */
export class MovedError extends HttpError {
  constructor(location: string) {
    super(301, `The repository has moved to ${location}`, { Location: location });
    this.name = 'MovedError';
  }
}

export function errorBody(error: HttpError): Record<string, unknown> {
  const details = error instanceof ApiError ? error.details : {};
  return { type: 'error', error: { message: error.message, ...details } };
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

function refusalError({ reason, subject, message }: Refusal): ApiError {
  switch (reason) {
    case 'invalid name':
    case 'unknown branch':
      return invalidField(subject, message);
    case 'name taken':
      return invalidField(subject, 'Repository with this Slug and Owner already exists.');
    case 'no changes':
      return new ApiError(400, 'There are no changes to be pulled');
    case 'not open':
      return new ApiError(400, 'This pull request is already closed.');
    case 'conflicts':
      return new ApiError(400, 'Conflicts during merge.', { detail: message });
    case 'branch moved':
      return new ApiError(409, message);
    default:
      return new ApiError(400, message);
  }
}

/** How Cloud answers an error; undefined for one that is nobody's request's fault. */
export function knownError(error: unknown): HttpError | undefined {
  if (error instanceof Refusal) return refusalError(error);
  return error instanceof HttpError ? error : undefined;
}
