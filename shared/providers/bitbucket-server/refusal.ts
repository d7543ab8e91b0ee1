import type * as z from 'zod/mini';
import { BoughError, type ErrorCode } from '../../errors.ts';
import { type HttpAnswer, jsonIn } from '../../runtime/http-client.ts';
import { accepted, type Refusals } from '../rest.ts';
import { ApiError } from './answers.ts';

type Errors = z.infer<typeof ApiError>['errors'];

/** What the server said when it refused, as the cause of the `BoughError` that tells it. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  readonly status: number;
  readonly messages: readonly string[];
  /** The server's own names for what went wrong, without their packages. They stay when its words change. */
  readonly exceptions: readonly string[];

  constructor(status: number, errors: Errors) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.messages = messagesIn(errors);
    this.exceptions = errors.flatMap(({ exceptionName }) => exceptionName?.split('.').at(-1) ?? []);
  }
}

/** The refusal that led to an error, if one did. */
export function refusalIn(error: unknown): ServerRefusal | undefined {
  return error instanceof BoughError && error.cause instanceof ServerRefusal ? error.cause : undefined;
}

/** Whether what is not there is the repository itself, or its project. */
export function isWithoutRepository({ exceptions }: Pick<ServerRefusal, 'exceptions'>): boolean {
  return exceptions.includes('NoSuchRepositoryException') || exceptions.includes('NoSuchProjectException');
}

const refusals: Refusals = {
  saidIn: (json) => messagesIn(errorsIn(json)).join(' ').replace(/\.$/, '') || undefined,
  remedies: {
    git_host_credentials:
      'Ensure that the access token is valid: it may have expired, or have been revoked in Bitbucket.',
    git_host_forbidden:
      'Give the access token the permissions project read and repository admin, and its owner the same.',
    git_host_not_found:
      'Check the URL of the server and the name of the repository, `PROJECT/name`, and that the owner of the access token can see it.',
    git_host_rate_limited:
      'Wait: the server allows its users a number of calls, from which its administrator may except the owner of the access token. The work goes on by itself.',
  },
};

/**
 * The answer, if it is a good one.
 * @throws BoughError git_host_…, caused by the `ServerRefusal`
 */
export function checked(answer: HttpAnswer, url: string): HttpAnswer {
  try {
    return accepted(answer, url, refusals);
  } catch (error) {
    if (!(error instanceof BoughError)) throw error;
    const cause = new ServerRefusal(answer.status, errorsIn(jsonIn(answer)));
    const code = isAboutPermission(cause) ? 'git_host_forbidden' : error.code;
    throw new BoughError(code, error.message, { cause, ...remedyFor(code) });
  }
}

const permissionExceptions = ['AuthorisationException', 'NoAccessAuthenticationException'];

/** The server answers 401 also to those whom it knows, when they may not do what they want to. */
function isAboutPermission({ exceptions }: ServerRefusal): boolean {
  return exceptions.some((name) => permissionExceptions.includes(name));
}

function remedyFor(code: ErrorCode): { remedy?: string } {
  const remedy = refusals.remedies[code];
  return remedy === undefined ? {} : { remedy };
}

function messagesIn(errors: Errors): string[] {
  return errors.flatMap(({ message }) => message ?? []);
}

function errorsIn(json: unknown): Errors {
  return ApiError.safeParse(json).data?.errors ?? [];
}
