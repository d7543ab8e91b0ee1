/**
 * How a caller reacts to a failure:
 * - `reject`: the request is wrong; its sender must change it.
 * - `retry`: the same call may succeed soon; each try counts against a budget.
 * - `wait`: a limit or an outage delays the work. Waiting is not failing: tries are not counted, hours may pass.
 * - `halt`: the call cannot succeed until a person changes something.
 */
export type Disposition = 'reject' | 'retry' | 'wait' | 'halt';

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
  unsupported_media_type: {
    disposition: 'reject',
    status: 415,
    remedy: 'Send JSON, with the header content-type: application/json.',
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
  held_back_changed: {
    disposition: 'reject',
    status: 409,
    remedy: 'Look at what is held back now, bough integration:prune --dry-run, and confirm that.',
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
  address_refused: {
    disposition: 'halt',
    status: 400,
    remedy: 'Name the host in the deployment’s setting bitbucketPrivateHosts, if it is your Bitbucket.',
  },
  git_host_rate_limited: {
    disposition: 'wait',
    status: 429,
    remedy: 'Wait: Bitbucket allows a number of calls per hour, and the work goes on by itself.',
  },
  git_host_unavailable: {
    disposition: 'wait',
    status: 502,
    remedy: 'Wait: the work goes on by itself when Bitbucket answers again.',
  },
  git_host_behind: {
    disposition: 'wait',
    status: 502,
    remedy: 'Wait: the work goes on by itself when Bitbucket shows what it has announced.',
  },
  account_limit: {
    disposition: 'wait',
    status: 503,
    remedy: 'Wait, or raise the quota of the AWS account in Service Quotas.',
  },
  project_busy: {
    disposition: 'wait',
    status: 503,
    remedy:
      'Wait: interrupted work of a project is done again one after the other, so that other projects have room.',
  },
  aws_unavailable: {
    disposition: 'wait',
    status: 503,
    remedy: 'Wait: the work goes on by itself when AWS answers again.',
  },
  work_interrupted: {
    disposition: 'halt',
    status: 500,
    remedy:
      'Look for the activity’s id in the log of the activities function, then start the work again: bough environment:redeploy.',
  },
  waited_too_long: {
    disposition: 'halt',
    status: 503,
    remedy:
      'Remove the obstacle, then start the work again: bough environment:redeploy. The schedule tries again, too.',
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
  /** Seconds after which the server asked to be called again (`Retry-After`); undefined when it did not say. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & {
      fields?: Record<string, string>;
      remedy?: string;
      retryAfter?: number | undefined;
    } = {},
  ) {
    super(message, options);
    this.code = code;
    const { disposition, status, remedy }: ErrorSpec = catalogue[code];
    this.disposition = disposition;
    this.status = status;
    this.remedy = options.remedy ?? remedy;
    this.fields = options.fields;
    this.retryAfter = options.retryAfter;
  }
}

/** An activity whose runner ended each time before it could say how the work went. */
export function workInterrupted(starts: number): BoughError {
  return new BoughError('work_interrupted', `The work was begun ${starts} times, and interrupted each time.`);
}

/** True when the same call may succeed later. An unknown error may. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof BoughError) || error.disposition === 'retry' || isWait(error);
}

/** True for a limit or an outage: the work is delayed and has not failed. */
export function isWait(error: unknown): error is BoughError {
  return error instanceof BoughError && error.disposition === 'wait';
}

/** What happened and what to do, for people. */
export function explain(error: unknown): string {
  if (error instanceof BoughError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
