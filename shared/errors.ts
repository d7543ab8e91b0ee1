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
  /** The HTTP status of a response with this error. */
  status: number;
  /** The remedy, in one sentence. */
  remedy: string;
}

/** Every error that Bough reports. Codes are permanent, because users' scripts and searches contain them. */
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
    remedy: 'Push fewer references at a time; the next scheduled prune finds the changes of this delivery.',
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
    remedy: 'Try again: a concurrent change came first.',
  },
  held_back_changed: {
    disposition: 'reject',
    status: 409,
    remedy:
      'List the deletions that are held back now, bough integration:prune --dry-run, and confirm those.',
  },
  git_host_credentials: {
    disposition: 'halt',
    status: 400,
    remedy: 'Give the integration valid Bitbucket credentials.',
  },
  git_host_forbidden: {
    disposition: 'halt',
    status: 403,
    remedy:
      'Give the credentials the permissions of docs/bitbucket-cloud.md or docs/bitbucket-server.md, and their owner access to the repository.',
  },
  git_host_not_found: {
    disposition: 'halt',
    status: 404,
    remedy: 'Check the repository name, and that the owner of the credentials can see the repository.',
  },
  git_host_rejected: {
    disposition: 'halt',
    status: 400,
    remedy: 'Bitbucket rejected the request; its message gives the reason.',
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
    remedy: 'Wait: the work goes on by itself when Bitbucket’s API shows the announced change.',
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
      'Wait: a project repeats its interrupted activities one at a time, so that other projects have capacity.',
  },
  data_not_ready: {
    disposition: 'wait',
    status: 503,
    remedy: 'Wait: the work goes on by itself when that deployment has ended, also when it has failed.',
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
    remedy: 'Start the deployment again: only its own running build gets credentials.',
  },
  refused: { disposition: 'reject', status: 400, remedy: 'Do it in the repository instead.' },
  internal: { disposition: 'retry', status: 500, remedy: 'Look into the function’s log for the request id.' },
} as const satisfies Record<string, ErrorSpec>;

/** A permanent error code. */
export type ErrorCode = keyof typeof catalogue;

/** The only error class that crosses an interface of Bough: a permanent code, a message and a remedy. */
export class BoughError extends Error {
  override readonly name = 'BoughError';
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  readonly status: number;
  readonly remedy: string;
  /** For `invalid`: the problem of each invalid field, by the field's path. */
  readonly fields: Record<string, string> | undefined;
  /** The seconds of the server's `Retry-After` header; undefined without one. */
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

/** The error of an activity whose runner died on every start before it could report a result. */
export function workInterrupted(starts: number): BoughError {
  return new BoughError('work_interrupted', `The work was begun ${starts} times, and interrupted each time.`);
}

/** True when the same call may succeed later, which includes unknown errors. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof BoughError) || error.disposition === 'retry' || isWait(error);
}

/** True for a limit or an outage, which delays the work without failing it. */
export function isWait(error: unknown): error is BoughError {
  return error instanceof BoughError && error.disposition === 'wait';
}

/** The message and the remedy of an error, for users. */
export function explain(error: unknown): string {
  if (error instanceof BoughError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
