/**
 * What is to be done about a failure:
 * `reject`, the caller must change something; `retry`, it may pass by itself; `halt`, it will not, a person must act.
 */
export type Disposition = 'reject' | 'retry' | 'halt';

interface ErrorSpec {
  disposition: Disposition;
  /** The HTTP status that tells it. */
  status: number;
  /** What to do about it, in one sentence. */
  remedy: string;
}

/** Every error that Bough tells anyone. Codes are permanent: they are in people's scripts and searches. */
export const catalogue = {
  malformed_json: {
    disposition: 'reject',
    status: 400,
    remedy: 'Send a JSON document, unchanged between signing and sending.',
  },
  body_too_large: {
    disposition: 'reject',
    status: 413,
    remedy:
      'Push fewer references at a time; the next scheduled prune picks up what this delivery would have told.',
  },
  signature_missing: {
    disposition: 'reject',
    status: 401,
    remedy:
      'Give the webhook the secret of the integration: remove the webhook, the next scheduled prune adds it again.',
  },
  signature_invalid: {
    disposition: 'reject',
    status: 401,
    remedy:
      'Give the webhook the secret of the integration: remove the webhook, the next scheduled prune adds it again.',
  },
  not_found: { disposition: 'reject', status: 404, remedy: 'Check the id in the URL.' },
  invalid: { disposition: 'reject', status: 400, remedy: 'Correct the named fields.' },
  conflict: {
    disposition: 'retry',
    status: 409,
    remedy: 'Someone else changed it at the same time: try again.',
  },
  git_host_credentials: {
    disposition: 'halt',
    status: 400,
    remedy: 'Give the integration credentials that Bitbucket takes.',
  },
  git_host_forbidden: {
    disposition: 'halt',
    status: 403,
    remedy:
      'Give the credentials the permissions that the guide to this Bitbucket lists, and their owner access to the repository.',
  },
  git_host_not_found: {
    disposition: 'halt',
    status: 404,
    remedy: 'Check the repository name, and that the owner of the credentials can see the repository.',
  },
  git_host_rejected: {
    disposition: 'halt',
    status: 400,
    remedy: 'Bitbucket refused the request: its own message says why.',
  },
  git_host_rate_limited: {
    disposition: 'retry',
    status: 429,
    remedy: 'Wait: Bitbucket allows a number of calls per hour, and the work goes on by itself.',
  },
  git_host_unavailable: {
    disposition: 'retry',
    status: 502,
    remedy: 'Wait: the work goes on by itself when Bitbucket answers again.',
  },
  git_host_behind: {
    disposition: 'retry',
    status: 502,
    remedy: 'Wait: the work goes on by itself when git shows what Bitbucket has announced.',
  },
  permit_refused: {
    disposition: 'reject',
    status: 403,
    remedy: 'Start the deployment again: only its own build, while it runs, is given credentials.',
  },
  refused: { disposition: 'reject', status: 400, remedy: 'Do it in the repository instead.' },
  internal: { disposition: 'retry', status: 500, remedy: 'Look into the function’s log for the request id.' },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof catalogue;

/** The only error that crosses a boundary of Bough: a permanent code, what happened, and what to do. */
export class BoughError extends Error {
  override readonly name = 'BoughError';
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  readonly status: number;
  readonly remedy: string;
  /** For `invalid`: what is wrong with which field. */
  readonly fields: Record<string, string> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { fields?: Record<string, string>; remedy?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    const { disposition, status, remedy }: ErrorSpec = catalogue[code];
    this.disposition = disposition;
    this.status = status;
    this.remedy = options.remedy ?? remedy;
    this.fields = options.fields;
  }
}

/** Whether doing the same again may go better. What we do not know may. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof BoughError) || error.disposition === 'retry';
}

/** What happened and what to do, for people. */
export function explain(error: unknown): string {
  if (error instanceof BoughError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
