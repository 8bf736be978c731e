import { isGatewayError, TransportError } from '../engine/wire';

/**
 * The JSON of a good answer; throws what a bad one says.
 *
 * @param retryAfter - the header of this name.
 */
export function parse<T>(
  status: number,
  text: string,
  retryAfter: string | null = null
): T {
  throwIfBad(status, text, retryAfter);
  try {
    return JSON.parse(text) as T;
  } catch {
    // A proxy's page in place of the answer.
    throw failure(status, text);
  }
}

/** Throws what an answer says that is none of what was asked for. */
export function throwIfBad(
  status: number,
  text: string,
  retryAfter: string | null = null
): void {
  if (status < 200 || status >= 300 || isPage(text)) {
    throw failure(status, text, retryAfter);
  }
}

export function networkError(cause?: unknown): TransportError {
  const error = new TransportError(
    'The server can’t be reached.',
    0,
    'network'
  );
  error.cause = cause;
  return error;
}

export function timeoutError(): TransportError {
  return new TransportError('The server did not answer in time.', 0, 'timeout');
}

export function stalledError(): TransportError {
  return new TransportError('Nothing moved for too long.', 0, 'stalled');
}

export function abortError(): DOMException {
  return new DOMException('The request was aborted.', 'AbortError');
}

/** The error that the server's JSON describes, or one that says only the status when a proxy answered in its place. */
function failure(
  status: number,
  text: string,
  retryAfter: string | null = null
): TransportError {
  if (status === 401 || (status < 400 && isPage(text))) {
    // The browser followed a redirect to where people log in, and brought that page.
    return new TransportError('Not logged in.', status, 'unauthorized');
  }
  const fields = errorFields(text);
  if (fields === null) {
    return new TransportError(
      `The server answered with status ${status}.`,
      status,
      isGatewayError(status) ? 'gateway' : 'http',
      undefined,
      {},
      milliseconds(retryAfter)
    );
  }
  const { message, reason, retryable, ...details } = fields;
  return new TransportError(
    typeof message === 'string' ? message : `Status ${status}`,
    status,
    typeof reason === 'string' ? reason : 'http',
    typeof retryable === 'boolean' ? retryable : undefined,
    details,
    milliseconds(retryAfter)
  );
}

/** What a `Retry-After` asks for, in seconds or as a date. */
function milliseconds(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? NaN);
  const wait = Number.isNaN(seconds)
    ? Date.parse(retryAfter ?? '') - Date.now()
    : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function isPage(text: string): boolean {
  return text.trimStart().startsWith('<');
}

function errorFields(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
