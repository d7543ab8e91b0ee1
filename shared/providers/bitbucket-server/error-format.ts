import type { ErrorCode } from '../../errors.ts';
import type { ErrorFormat, ErrorResponse } from '../rest/error-response.ts';
import { ApiError } from './api-schema.ts';

/** True when the repository itself, or its project, does not exist. */
export function isRepositoryMissing({ exceptions }: Pick<ErrorResponse, 'exceptions'>): boolean {
  return exceptions.includes('NoSuchRepositoryException') || exceptions.includes('NoSuchProjectException');
}

/** The error format of Bitbucket Server's REST API. */
export const errorFormat: ErrorFormat = {
  errorsIn: (json) =>
    (ApiError.safeParse(json).data?.errors ?? []).map(({ message, exceptionName }) => ({
      message: message ?? undefined,
      // The class name without its Java package.
      exception: exceptionName?.split('.').at(-1),
    })),
  codeFor: codeForExceptions,
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

const permissionExceptions = ['AuthorisationException', 'NoAccessAuthenticationException'];

/** The server also responds 401 to an authenticated user who lacks a permission. */
function codeForExceptions(exceptions: readonly string[]): ErrorCode | undefined {
  return exceptions.some((name) => permissionExceptions.includes(name)) ? 'git_host_forbidden' : undefined;
}
