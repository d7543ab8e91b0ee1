import { Failure } from '../../shared/api/failure.ts';

interface FailureDetails {
  /** The HTTP status; null without a response. */
  readonly status: number | null;
  /** The code of the catalogue of errors; null for messages by field. */
  readonly code: string | null;
  readonly remedy: string | null;
  /** Messages by field. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A call of the API failed. The message names the cause, the remedy names an action. */
export class ApiFailure extends Error {
  readonly status: number | null;
  readonly code: string | null;
  readonly remedy: string | null;
  readonly fields: Readonly<Record<string, string>>;

  constructor(message: string, { status, code, remedy, fields = {}, cause }: FailureDetails) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.remedy = remedy;
    this.fields = fields;
  }

  /** True when the same call can succeed later without a change of it. */
  get isPassing(): boolean {
    const { status, code } = this;
    return status === null || status >= 500 || status === 429 || code === 'credentials_expired';
  }
}

/** The failure of a call without a response. */
export function unreachable(cause: unknown): ApiFailure {
  return new ApiFailure('The console’s server does not respond.', {
    status: null,
    code: 'unreachable',
    remedy: 'Check that bough console (or npm start) still runs.',
    cause,
  });
}

/** The failure of a call whose response is not that of the management API. */
export function unreadable(cause: unknown): ApiFailure {
  return new ApiFailure('The response is not from a management API of this version.', {
    status: 200,
    code: 'unreadable',
    remedy: 'Install the version of bough that the stack has.',
    cause,
  });
}

// The first fits the second, because objects may have more properties.
const [ByField, Explained] = Failure.def.options;

/** The failure that an error response describes. */
export function failureOf(status: number, body: unknown): ApiFailure {
  const explained = Explained.safeParse(body);
  if (explained.success) {
    const { message, detail } = explained.data;
    return new ApiFailure(message, { status, code: detail.error, remedy: detail.remedy });
  }
  const byField = ByField.safeParse(body);
  if (byField.success) {
    const fields = byField.data.detail;
    return new ApiFailure('The input is invalid.', { status, code: 'invalid', remedy: null, fields });
  }
  const remedy = status >= 500 ? 'The page tries again.' : null;
  return new ApiFailure(`The API responded with status ${status}.`, { status, code: null, remedy });
}

/** Any thrown value as a failure. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure(message, { status: 0, code: null, remedy: 'Reload the page.', cause: error });
}
