import type * as z from 'zod';
import type { ChangeRejectedError } from '../changes/errors.ts';
import { HttpError } from '../http/errors.ts';
import type { ErrorFormat } from '../http/exchange.ts';
import type { Resource } from '../resources.ts';

/** An error response of Server's API. */
export class ServerError extends HttpError {
  /** The Java exception by which clients distinguish errors. */
  readonly exceptionName: string;
  /** The field of the request that caused the error. */
  readonly context: string | null;
  /** Additional members of the error, such as a pull request's current version. */
  readonly details: Resource;

  constructor(
    status: number,
    exception: string,
    message: string,
    about: { context?: string; details?: Resource; headers?: Record<string, string> } = {},
  ) {
    super(status, message, about.headers);
    this.name = 'ServerError';
    this.exceptionName = `com.atlassian.bitbucket.${exception}`;
    this.context = about.context ?? null;
    this.details = about.details ?? {};
  }
}

/** An unknown path. Server's web framework answers it in a format of its own. */
export class UnknownEndpointError extends HttpError {
  constructor(url: URL) {
    super(404, `null for uri: ${url.href}`);
    this.name = 'UnknownEndpointError';
  }
}

function errorBody(error: HttpError): Resource {
  if (error instanceof UnknownEndpointError) {
    return { message: error.message, 'status-code': error.status };
  }
  const { context, exceptionName, details } =
    error instanceof ServerError ? error : { context: null, exceptionName: null, details: {} };
  return { errors: [{ context, message: error.message, exceptionName, ...details }] };
}

/** A 400 about one field of the request. */
export function invalidArgument(context: string, message: string): ServerError {
  return new ServerError(400, 'validation.ArgumentValidationException', message, { context });
}

/** The 401 for a caller without credentials or without the required permission. */
export function notPermitted(headers: Record<string, string> = {}): ServerError {
  const message = 'You are not permitted to access this resource';
  return new ServerError(401, 'AuthorisationException', message, { headers });
}

/** Parses a request body; throws a 400 ServerError about the first invalid field. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidArgument(issue?.path.join('.') ?? '', issue?.message ?? 'invalid');
}

function fromRejection({ reason, subject, message }: ChangeRejectedError): ServerError {
  switch (reason) {
    case 'invalid name':
    case 'main branch':
      return invalidArgument(subject, message);
    case 'name taken':
      return new ServerError(409, 'repository.RepositoryAlreadyExistsException', message, {
        context: 'name',
      });
    case 'unknown branch':
      return new ServerError(404, 'repository.NoSuchBranchException', message);
    case 'no changes':
      return new ServerError(409, 'pull.EmptyPullRequestException', message);
    case 'not open':
    case 'not declined':
      return new ServerError(409, 'pull.IllegalPullRequestStateException', message);
    case 'conflicts':
      return new ServerError(409, 'pull.PullRequestMergeVetoedException', message, {
        details: { conflicted: true, vetoes: [] },
      });
    case 'branch exists':
      return new ServerError(409, 'repository.ref.DuplicateRefException', message);
    case 'branch moved':
      return new ServerError(409, 'repository.ref.RefUpdateFailedException', message);
  }
}

/** Server's error format: `{ errors: [{ context, message, exceptionName }] }`. */
export const errorFormat: ErrorFormat = { fromRejection, body: errorBody };
