import type { ChunkSize } from './chunkSize';
import { Failure } from './failure';
import { nextChunk } from './plan';
import { TransportError } from './ports';
import type { ByteRange, ISource, ITransport, IUpload } from './ports';
import type { Progress } from './progress';
import type { Queue } from './queue';

/** Milliseconds that the other chunks in flight get to arrive once one has failed. */
const GRACE = 15_000;

export interface ISending {
  readonly transport: ITransport;
  /** Bounds the chunks in flight over all transfers. */
  readonly chunks: Queue;
  readonly chunkSize: ChunkSize;
  readonly upload: IUpload;
  readonly source: ISource;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Bytes moved. */
  readonly onProgress: () => void;
  /** The server took a chunk. */
  readonly onAcknowledged: () => void;
}

/**
 * Send everything that `progress` does not have yet, several chunks at a time.
 *
 * Resolves when all is acknowledged. After the first chunk that fails no other is begun; those in
 * flight may still arrive, and then this rejects with that first error. Nothing is in flight afterwards.
 */
export async function sendMissing(sending: ISending): Promise<void> {
  const { upload, signal } = sending;
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const errors: unknown[] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;

  const lane = async (): Promise<void> => {
    try {
      for (let more = true; more;) {
        more = await sending.chunks.run(
          async () => errors.length === 0 && (await sendNext(sending, stopped)),
          { signal: stopped }
        );
      }
    } catch (error) {
      errors.push(error);
      grace ??= setTimeout(() => stop.abort(), GRACE);
    }
  };

  const lanes = Array.from({ length: Math.max(1, upload.parallel) }, lane);
  await Promise.all(lanes);
  clearTimeout(grace);
  signal.throwIfAborted();
  if (errors.length > 0) {
    throw errors[0];
  }
}

/** Send the next chunk; false when there is none left to begin. */
async function sendNext(
  sending: ISending,
  signal: AbortSignal
): Promise<boolean> {
  const { transport, upload, source, progress, chunkSize } = sending;
  const range = nextChunk(
    upload.size,
    progress.received,
    progress.inFlight,
    chunkSize.next(upload.chunk_size)
  );
  if (range === null) {
    return false;
  }
  const began = Date.now();
  let received: readonly ByteRange[] | undefined;
  progress.begin(range);
  try {
    const receipt = await transport.sendChunk(
      upload,
      range,
      source.slice(...range),
      {
        signal,
        onProgress: sent => {
          progress.advance(range, sent);
          sending.onProgress();
        }
      }
    );
    received = receipt.received;
  } catch (error) {
    if (isProxyLimit(error) && chunkSize.refuse(range[1] - range[0])) {
      return true;
    }
    if (
      error instanceof TransportError &&
      error.status === 0 &&
      !(await isReadable(source, range))
    ) {
      // The browser reports a body that it can't read just as it reports a broken network.
      throw new Failure(
        'source_unreadable',
        'The file changed or was removed on this computer.'
      );
    }
    throw error;
  } finally {
    progress.end(range, received);
  }
  chunkSize.learn(range[1] - range[0], Date.now() - began);
  sending.onAcknowledged();
  return true;
}

/** A proxy before the server found the body too large; the server itself would have said `too_large` (the file is). */
function isProxyLimit(error: unknown): boolean {
  return (
    error instanceof TransportError &&
    error.status === 413 &&
    error.reason !== 'too_large'
  );
}

/** Whether the file still is what was picked: browsers refuse to read one byte of it otherwise. */
async function isReadable(
  source: ISource,
  [start]: ByteRange
): Promise<boolean> {
  try {
    await source.slice(start, start + 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
