/** The one error that means "not now, ask again": the HTTP edge answers it with 503 and `Retry-After`. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** What a client should wait before it asks again. */
  readonly retryAfterSeconds: number;
  constructor(message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}
