interface ErrorSpec {
  status: number;
  /** The remedy, in one sentence. */
  remedy: string;
}

/** Every error that the console's server reports by itself. docs/console.md lists them. */
export const consoleErrors = {
  misdirected: {
    status: 421,
    remedy: 'Open the address that bough console printed, with 127.0.0.1 and the same port.',
  },
  foreign_page: { status: 403, remedy: 'Open the address that bough console printed.' },
  foreign_user: { status: 403, remedy: 'Start bough console as the user who opens the page.' },
  wrong_token: { status: 401, remedy: 'Open the address that bough console printed last.' },
  method_not_allowed: { status: 405, remedy: 'Use GET, HEAD, POST, PATCH or DELETE.' },
  not_found: { status: 404, remedy: 'Check the id in the URL.' },
  unsupported_media_type: {
    status: 415,
    remedy: 'Send JSON, with the header content-type: application/json.',
  },
  malformed_body: { status: 400, remedy: 'Send a JSON document in UTF-8.' },
  body_too_large: { status: 413, remedy: 'Send a smaller document.' },
  read_only: { status: 403, remedy: 'Start bough console without --read-only.' },
  credentials_expired: { status: 401, remedy: 'Sign in to AWS again.' },
  access_denied: {
    status: 403,
    remedy: 'Check that your AWS identity may invoke the API (execute-api:Invoke): docs/access.md.',
  },
  api_unreachable: { status: 502, remedy: 'Check your connection, and try again.' },
  api_timeout: { status: 504, remedy: 'Try again.' },
  api_answer_invalid: { status: 502, remedy: 'Check that the address is that of Bough’s management API.' },
  internal: { status: 500, remedy: 'Try again; bough console prints the reason.' },
} as const satisfies Record<string, ErrorSpec>;

/** The code of an error of the console's server. */
export type ConsoleErrorCode = keyof typeof consoleErrors;

/** A request that the console's server does not fulfil. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ConsoleErrorCode;
  readonly remedy: string;

  constructor(code: ConsoleErrorCode, message: string, options: ErrorOptions & { remedy?: string } = {}) {
    super(message, options);
    this.code = code;
    this.remedy = options.remedy ?? consoleErrors[code].remedy;
  }

  /** The HTTP status of the response. */
  get status(): number {
    return consoleErrors[this.code].status;
  }
}
