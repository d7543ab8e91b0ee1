/** An error response; each product writes it in its own body format. */
export class HttpError extends Error {
  readonly status: number;
  /** Additional response headers. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}
