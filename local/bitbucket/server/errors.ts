import type * as z from 'zod';
import { HttpError, Refusal } from '../http/errors.ts';

/** An answer of Server's API that is not a success, with the Java exception that clients tell them apart by. */
export class ServerError extends HttpError {
  readonly exceptionName: string;
  /** The field that it is about. */
  readonly context: string | null;
  /** What some errors say beside, such as a pull request's current version. */
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    exception: string,
    message: string,
    about: { context?: string; details?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(status, message, about.headers);
    this.name = 'ServerError';
    this.exceptionName = `com.atlassian.bitbucket.${exception}`;
    this.context = about.context ?? null;
    this.details = about.details ?? {};
  }
}

/** A path that this version has nothing at: answered by the framework, in another shape than errors. */
export class UnknownEndpointError extends HttpError {
  constructor(url: URL) {
    super(404, `null for uri: ${url.href}`);
    this.name = 'UnknownEndpointError';
  }
}

export function errorBody(error: HttpError): Record<string, unknown> {
  if (error instanceof UnknownEndpointError) {
    return { message: error.message, 'status-code': error.status };
  }
  const { context, exceptionName, details } =
    error instanceof ServerError ? error : { context: null, exceptionName: null, details: {} };
  return { errors: [{ context, message: error.message, exceptionName, ...details }] };
}

export function invalidArgument(context: string, message: string): ServerError {
  return new ServerError(400, 'validation.ArgumentValidationException', message, { context });
}

export function notPermitted(headers: Record<string, string> = {}): ServerError {
  const message = 'You are not permitted to access this resource';
  return new ServerError(401, 'AuthorisationException', message, { headers });
}

/** Parses what a caller sent; throws the API's 400 about the first field that is wrong. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidArgument(issue?.path.join('.') ?? '', issue?.message ?? 'invalid');
}

function refusalError({ reason, subject, message }: Refusal): ServerError {
  switch (reason) {
    case 'invalid name':
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
    case 'main branch':
      return invalidArgument(subject, message);
    case 'branch moved':
      return new ServerError(409, 'repository.ref.RefUpdateFailedException', message);
  }
}

/** How Server answers an error; undefined for one that is nobody's request's fault. */
export function knownError(error: unknown): HttpError | undefined {
  if (error instanceof Refusal) return refusalError(error);
  return error instanceof HttpError ? error : undefined;
}
