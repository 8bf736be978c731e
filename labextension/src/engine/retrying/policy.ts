import { isCorrupted } from '../errors';
import { isGatewayError, TransportError } from '../wire';

/** Milliseconds: the first wait is shorter than this, and no wait is longer than the second. */
const BASE = 1_000;
const LONGEST = 30_000;

/** Most milliseconds that a `Retry-After` is waited for. */
const LONGEST_RETRY_AFTER = 5 * 60_000;

/** Attempts before a fault that is no outage is shown as a failure; fewer where each sends a whole chunk for nothing. */
const ATTEMPTS = 20;
const ATTEMPTS_WHEN_CORRUPTED = 8;

/** Milliseconds between two looks at what is no fault, and ends at a moment that nobody can tell. */
export const POLL_INTERVALS: ReadonlyMap<string, number> = new Map([
  // Until a person logs in again, in another tab perhaps.
  ['unauthorized', 5_000],
  // Until the server has read what it has.
  ['checking', 2_000],
  // Until somebody puts the folder back.
  ['folder_unavailable', 5_000]
]);

/** What `TransportError`s say of answers that did not come, or came from a proxy. */
const NOT_FROM_SERVER: readonly string[] = [
  'network',
  'timeout',
  'stalled',
  'gateway',
  'http'
];

/** The server's upload is in another state than this page thinks. */
export const OUT_OF_DATE: readonly string[] = [
  'incomplete',
  'not_receiving',
  'offset_mismatch',
  'range_overlap'
];

/** Whether the same request may succeed later: by itself, or once the person has logged in again. The server's own word wins. */
export function isRetryable(error: unknown): error is TransportError {
  if (!(error instanceof TransportError)) {
    return false;
  }
  return (
    isPending(error) ||
    (error.retryable ??
      (isOutage(error) ||
        error.retryAfter !== undefined ||
        error.status === 500 ||
        error.status === 409 ||
        error.status === 423))
  );
}

/** No fault: something else has to end first, and asking costs next to nothing. */
export function isPending(error: unknown): boolean {
  return error instanceof TransportError && POLL_INTERVALS.has(error.reason);
}

/** Whether the server is still reading what it has. */
export function isChecking(error: unknown): boolean {
  return error instanceof TransportError && error.reason === 'checking';
}

/** Whether no answer came at all. */
export function isUnanswered(error: unknown): error is TransportError {
  return error instanceof TransportError && error.status === 0;
}

/** The server, or the way to it, is down: that can last for hours and is no reason to give up. */
export function isOutage(error: unknown): boolean {
  return (
    isUnanswered(error) ||
    (error instanceof TransportError && isGatewayError(error.status))
  );
}

/** Whether it may be that there was too much at once: of an outage, too, nobody knows what it is. */
export function isOverload(error: unknown): boolean {
  return (
    isOutage(error) || (error instanceof TransportError && error.status === 429)
  );
}

/** Whether the answer never came, so that the request may have been carried out all the same. */
export function mayHaveArrived(error: unknown): error is TransportError {
  return (
    error instanceof TransportError &&
    isOutage(error) &&
    NOT_FROM_SERVER.includes(error.reason)
  );
}

/** Whether the same request can't help before the upload's status has been read. */
export function isOutOfDate(error: unknown): error is TransportError {
  return error instanceof TransportError && OUT_OF_DATE.includes(error.reason);
}

/** When to try again, attempt after attempt. */
export class Backoff {
  private attempts = 0;

  /** @param random - in `[0, 1)`. */
  constructor(private readonly random: () => number = Math.random) {}

  /** Bytes arrived: whatever failed before is over. */
  reset(): void {
    this.attempts = 0;
  }

  /**
   * Milliseconds to wait after `error`; null when waiting does not help, or has gone on for too long.
   *
   * Any moment up to a limit that doubles ("full jitter"), so that the transfers which one outage
   * stopped do not all come back at once.
   */
  next(error: unknown): number | null {
    if (!isRetryable(error)) {
      return null;
    }
    const steady = POLL_INTERVALS.get(error.reason);
    if (steady !== undefined) {
      return steady;
    }
    const most = isCorrupted(error) ? ATTEMPTS_WHEN_CORRUPTED : ATTEMPTS;
    if (this.attempts >= most && !isOutage(error)) {
      return null;
    }
    const limit = Math.min(LONGEST, BASE * 2 ** this.attempts);
    this.attempts += 1;
    const least = Math.min(error.retryAfter ?? 0, LONGEST_RETRY_AFTER);
    return least + Math.round(this.random() * limit);
  }
}
