import type * as z from 'zod';
import type { ChangeRejectedError } from '../changes/errors.ts';
import { HttpError } from '../http/errors.ts';
import type { ErrorFormat } from '../http/exchange.ts';
import type { Resource } from '../resources.ts';

/** An error response of Cloud's API. */
export class ApiError extends HttpError {
  /** Additional members of `error` in the body. */
  readonly details: Resource;

  constructor(status: number, message: string, details: Resource = {}) {
    super(status, message, status === 401 ? { 'WWW-Authenticate': 'Basic realm="Bitbucket"' } : {});
    this.name = 'ApiError';
    this.details = details;
  }
}

/** A redirect from the former name of a repository to its current one. */
export class MovedError extends HttpError {
  constructor(location: string) {
    super(301, `The repository has moved to ${location}`, { Location: location });
    this.name = 'MovedError';
  }
}

function errorBody(error: HttpError): Resource {
  const details = error instanceof ApiError ? error.details : {};
  return { type: 'error', error: { message: error.message, ...details } };
}

/** A 400 about fields of the request, whose message begins with the first field: `key: Ensure this value …`. */
function invalidFields(fields: Record<string, string[]>): ApiError {
  const [name = '', messages = []] = Object.entries(fields)[0] ?? [];
  return new ApiError(400, `${name}: ${messages[0] ?? 'invalid'}`, { fields });
}

/** A 400 about one field of the request. */
export function invalidField(name: string, message: string): ApiError {
  return invalidFields({ [name]: [message] });
}

/** Parses a request body; throws a 400 ApiError that names each invalid field. */
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

/** Bitbucket's 404 for a path outside the API. */
export function unknownResource(): ApiError {
  return new ApiError(404, 'Resource not found', {
    detail:
      'There is no API hosted at this URL.\n\nFor information about our APIs, please refer to the documentation at: https://developer.atlassian.com/cloud/bitbucket/rest/',
  });
}

function fromRejection({ reason, subject, message }: ChangeRejectedError): ApiError {
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

/** Cloud's error format: `{ type: 'error', error: { message, … } }`. */
export const errorFormat: ErrorFormat = { fromRejection, body: errorBody };
