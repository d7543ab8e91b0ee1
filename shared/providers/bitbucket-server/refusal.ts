import type { ErrorCode } from '../../errors.ts';
import type { HttpAnswer } from '../../runtime/http-client.ts';
import { accepted, type Refusal, type Refusals } from '../refusal.ts';
import { ApiError } from './answers.ts';

/** Whether what is not there is the repository itself, or its project. */
export function isWithoutRepository({ exceptions }: Pick<Refusal, 'exceptions'>): boolean {
  return exceptions.includes('NoSuchRepositoryException') || exceptions.includes('NoSuchProjectException');
}

const refusals: Refusals = {
  errorsIn: (json) =>
    (ApiError.safeParse(json).data?.errors ?? []).map(({ message, exceptionName }) => ({
      message: message ?? undefined,
      // Without its package.
      exception: exceptionName?.split('.').at(-1),
    })),
  codeFor: aboutPermission,
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
 * @throws BoughError git_host_…, caused by the `Refusal`
 */
export function checked(answer: HttpAnswer, url: string): HttpAnswer {
  return accepted(answer, url, refusals);
}

const permissionExceptions = ['AuthorisationException', 'NoAccessAuthenticationException'];

/** The server answers 401 also to those whom it knows, when they may not do what they want to. */
function aboutPermission(exceptions: readonly string[]): ErrorCode | undefined {
  return exceptions.some((name) => permissionExceptions.includes(name)) ? 'git_host_forbidden' : undefined;
}
