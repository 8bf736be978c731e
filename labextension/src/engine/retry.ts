import { TransportError } from './ports';

/** Milliseconds: the first wait is shorter than this, and no wait is longer than the second. */
const BASE = 1_000;
const LONGEST = 30_000;

/** Attempts without progress before a fault that is no outage is shown as a failure. */
const PATIENCE = 20;

/** Whether the same request may succeed later without anyone doing anything; the server's own word wins. */
export function isRetryable(error: unknown): error is TransportError {
  if (!(error instanceof TransportError)) {
    return false;
  }
  return (
    error.retryable ??
    (isOutage(error) ||
      error.status === 500 ||
      error.status === 409 ||
      error.status === 423)
  );
}

/** The server, or the way to it, is down: that can last for hours and is no reason to give up. */
function isOutage({ status }: TransportError): boolean {
  return status === 0 || (status >= 502 && status <= 504);
}

/** Whether the answer never came, so that the request may have been carried out all the same. */
export function mayHaveArrived(error: unknown): boolean {
  return error instanceof TransportError && isOutage(error);
}

/** How often to try again, and when. */
export class Backoff {
  private attempts = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Bytes arrived, or a person asked: whatever failed before is over. */
  reset(): void {
    this.attempts = 0;
  }

  /**
   * Milliseconds to wait after `error`; null when it has gone on for too long.
   *
   * Any moment up to a limit that doubles ("full jitter"), so that the transfers which one outage
   * stopped do not all come back at once.
   */
  next(error: TransportError): number | null {
    if (this.attempts >= PATIENCE && !isOutage(error)) {
      return null;
    }
    const limit = Math.min(LONGEST, BASE * 2 ** this.attempts);
    this.attempts += 1;
    return Math.round(this.random() * limit);
  }
}
