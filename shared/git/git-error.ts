import { cut } from '../domain/values/text.ts';
import { allowListRemedy } from '../runtime/http/allow-list.ts';

interface ErrorSpec {
  /** The remedy, in one sentence. */
  remedy: string;
  /** True when the same call may succeed later. */
  retry: boolean;
}

/** Every error of git: its remedy, and whether the same call may succeed later. */
export const specs = {
  git_auth_failed: {
    remedy: "Check the integration's credentials, and that their account may read the repository.",
    retry: false,
  },
  git_address_refused: { remedy: allowListRemedy, retry: false },
  git_repository_not_found: {
    remedy: 'Check the name of the repository, and that the credentials may see it.',
    retry: false,
  },
  git_rate_limited: {
    remedy: 'Wait: the server accepts requests again after its rate limit window.',
    retry: true,
  },
  git_server_error: { remedy: "Try again later, and look at the git server's own status.", retry: true },
  git_unreachable: {
    remedy: 'Check the host name and that the network lets requests through to it.',
    retry: true,
  },
  git_stalled: { remedy: 'Try again later: the server stopped sending.', retry: true },
  git_too_slow: {
    remedy:
      'Wait: the work goes on by itself. If it stays so slow, look at the git server and at the network in between.',
    retry: true,
  },
  git_too_many_refs: {
    remedy: 'Delete branches and tags that nobody needs, or split the repository.',
    retry: false,
  },
  git_pack_too_large: {
    remedy:
      "Take large files out of the repository's history, for example into Git LFS, or split the repository.",
    retry: false,
  },
  git_protocol_violated: {
    remedy: 'Check that the address is that of a git server, and update the server.',
    retry: false,
  },
  git_truncated: { remedy: 'Try again: the response ended before it was complete.', retry: true },
  git_pack_corrupted: { remedy: 'Try again: the objects were damaged on their way.', retry: true },
  git_object_not_found: {
    remedy: 'List the refs again: a branch or tag has moved in the meantime.',
    retry: true,
  },
  git_unexpected_response: {
    remedy: 'Check the address of the repository, and that no proxy or login page stands before it.',
    retry: false,
  },
  git_unsupported: {
    remedy: 'Use a repository with the usual format: complete, and with SHA-1 object ids.',
    retry: false,
  },
  git_bundle_invalid: {
    remedy: 'Mirror the repository again: a bundle of its mirror is damaged.',
    retry: false,
  },
  git_commit_missing: {
    remedy: 'Push the commit to the repository again, or deploy a commit that its branch still has.',
    retry: false,
  },
  git_restore_failed: {
    remedy: 'Read the message of git; mirror the repository again if a bundle is missing or damaged.',
    retry: false,
  },
} satisfies Record<string, ErrorSpec>;

/** A permanent code of a git error. */
export type GitErrorCode = keyof typeof specs;

/** The limit for messages in characters, because they quote servers. */
const longestMessage = 1000;

/** Every failure between Bough and a git repository. The message never contains a credential. */
export class GitError extends Error {
  readonly code: GitErrorCode;
  readonly remedy: string;
  readonly retry: boolean;
  /** The seconds of the server's `Retry-After` header; undefined without one. */
  readonly retryAfter: number | undefined;

  constructor(
    code: GitErrorCode,
    message: string,
    options: ErrorOptions & { remedy?: string; retryAfter?: number | undefined } = {},
  ) {
    super(cut(message, longestMessage), options);
    this.name = 'GitError';
    this.code = code;
    this.remedy = options.remedy ?? specs[code].remedy;
    this.retryAfter = options.retryAfter;
    this.retry = specs[code].retry;
  }
}
