import { TransportError } from './wire';

/** Trying again does not help by itself. `reason` is a stable code, as in the server's errors. */
export class Failure extends Error {
  constructor(
    readonly reason: string,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** What the server has of an upload must be read again before anything else is sent. */
export class OutOfDate extends Error {
  constructor(override readonly cause: TransportError) {
    super(cause.message, { cause });
    this.name = 'OutOfDate';
  }
}

/** The browser refuses to read the picked file. */
export function sourceUnreadable(cause?: unknown): Failure {
  return new Failure(
    'source_unreadable',
    'The file changed or was removed on this computer.',
    { cause }
  );
}

/** Whether a piece of the picked file can be read: a browser ends a request for one that can't as a broken network does. */
export async function isReadable(body: Blob): Promise<boolean> {
  try {
    await body.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Whether the target's name is taken. */
export function isNameTaken(error: unknown): error is TransportError {
  return error instanceof TransportError && error.reason === 'exists';
}

/** Whether the server itself has no such upload: a proxy's 404 has another reason. */
export function isUploadMissing(error: unknown): boolean {
  return error instanceof TransportError && error.reason === 'not_found';
}

/** Whether the bytes of a chunk did not arrive as they were sent. */
export function isCorrupted(error: unknown): error is TransportError {
  return error instanceof TransportError && error.reason === 'digest_mismatch';
}

/** Whether what the server has of a file is not what was sent, although each chunk was verified. */
export function isCompositeMismatch(error: unknown): boolean {
  return (
    describe(error).reason === 'composite_mismatch' && !isUnconfirmed(error)
  );
}

/** Whether what the server has is not what was sent, and digests can tell which parts of it. */
export function isUnconfirmed(error: unknown): boolean {
  return (
    error instanceof TransportError &&
    error.reason === 'composite_mismatch' &&
    Array.isArray(error.details['unconfirmed']) &&
    error.details['unconfirmed'].length > 0
  );
}

/** A proxy before the server found the body too large; the server's own reason is `too_large`, and means the file. */
export function isProxyLimit(error: unknown): boolean {
  return (
    error instanceof TransportError &&
    error.status === 413 &&
    error.reason !== 'too_large'
  );
}

/** Whether the way to the store turned out to be closed, so that the same bytes have to go through the server. */
export function isRerouted(error: unknown): boolean {
  return error instanceof TransportError && error.reason === 'rerouted';
}

/** What to show of an error. */
export function describe(error: unknown): { reason: string; message: string } {
  if (error instanceof TransportError || error instanceof Failure) {
    return { reason: error.reason, message: error.message };
  }
  return { reason: 'internal', message: String(error) };
}
