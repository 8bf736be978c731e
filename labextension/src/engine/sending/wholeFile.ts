/**
 * A file as one body: the browser's fastest way (ADR 21).
 *
 * The server keeps what comes of it block by block, so that an interruption costs next to nothing; the digests are
 * computed meanwhile, and stated at the end.
 */

import { isProxyLimit, OutOfDate } from '../errors';
import { isOutOfDate, isRetryable } from '../retrying/policy';
import { TransportError } from '../wire';
import type { ByteRange, IChunkReceipt } from '../wire';
import { requireReadable } from './readable';
import type { ISending } from './sending';
import { blocksOf } from './verification';
import type { Verification } from './verification';

/** Seconds that a file may be expected to take. */
const MOST_SECONDS = 60;

/** Milliseconds after which some proxies end any request, less what the server needs to answer. */
const ENDED_AFTER = 240_000;

/** Milliseconds after which the rate of a request shows how long all of it takes. */
const SETTLED = 5_000;

export type IWholeFile = Pick<
  ISending,
  | 'transport'
  | 'network'
  | 'chunks'
  | 'chunkSize'
  | 'linkRate'
  | 'upload'
  | 'source'
  | 'progress'
  | 'signal'
  | 'onProgress'
> & {
  readonly verification: Verification;
};

/** Bytes a second of a link that is so fast that it waits for what a browser reads by a file handle. */
const FAST_LINK = 100_000_000;

/**
 * Whether files had better be picked without handles, by which they can be opened again on a later visit: over a link
 * like the last, those go faster than any browser reads the others (ADR 21).
 */
export function areHandlesSlow(
  way: Pick<IWholeFile, 'chunkSize' | 'linkRate' | 'network'>
): boolean {
  return takesWholeFiles(way) && (way.linkRate.last ?? 0) > FAST_LINK;
}

/** Whether a file of which nothing is there yet is better sent as a whole. */
export function isBetterWhole(
  file: Omit<IWholeFile, 'signal' | 'onProgress' | 'verification'>
): boolean {
  const { linkRate, progress, source, upload } = file;
  const { block_size: blockSize, part_size: partSize, size } = upload;
  return (
    (source.whole ?? null) !== null &&
    blockSize !== null &&
    size > blockSize &&
    // A bucket verifies part by part.
    partSize === null &&
    progress.receivedBytes === 0 &&
    takesWholeFiles(file) &&
    (linkRate.last === null || size / linkRate.last <= MOST_SECONDS)
  );
}

/** Whether nothing is known on the way to the server that a whole file had better not go through. */
function takesWholeFiles({
  chunkSize,
  network
}: Pick<IWholeFile, 'chunkSize' | 'network'>): boolean {
  // Over HTTP/2 one request is held to the window of a stream.
  return network.protocol === 'http/1.1' && !chunkSize.isLimited;
}

/**
 * Send a whole file while its digests are computed; false when it has to go, or to go on, as chunks.
 *
 * Rejects with `OutOfDate` when the server has to be asked first what it has.
 */
export async function sendWhole(sending: IWholeFile): Promise<boolean> {
  const { signal, source, upload, verification } = sending;
  const blocks = blocksOf(upload.size, upload.block_size ?? upload.size);
  const end = new AbortController();
  if (upload.digest !== null) {
    void verification.computeAhead(
      upload.digest,
      source,
      blocks,
      AbortSignal.any([signal, end.signal])
    );
  }
  let isThere = false;
  try {
    isThere = await sendBody(sending);
  } finally {
    if (!isThere) {
      end.abort();
    }
  }
  if (isThere) {
    verification.addBlocks(blocks);
  }
  return isThere;
}

async function sendBody(sending: IWholeFile): Promise<boolean> {
  const { chunkSize, chunks, progress, signal, source, upload } = sending;
  const range: ByteRange = [0, upload.size];
  const tooSlow = new AbortController();
  progress.begin(range, upload.block_size ?? undefined);
  try {
    const { received } = await chunks.run(
      () => request(sending, range, tooSlow),
      { signal }
    );
    progress.end(range, received);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (tooSlow.signal.aborted) {
      return false;
    }
    if (isProxyLimit(error)) {
      chunkSize.refuse(upload.size);
      return false;
    }
    await requireReadable(source.slice(0, 1), error);
    throw error instanceof TransportError &&
      (isOutOfDate(error) || isRetryable(error))
      ? new OutOfDate(error)
      : error;
  } finally {
    progress.end(range);
  }
}

function request(
  { onProgress, progress, signal, source, transport, upload }: IWholeFile,
  range: ByteRange,
  tooSlow: AbortController
): Promise<IChunkReceipt> {
  const began = Date.now();
  return transport.sendChunk(
    upload,
    range,
    source.whole ?? source.slice(...range),
    {
      digest: null,
      signal: AbortSignal.any([signal, tooSlow.signal]),
      onProgress: sent => {
        progress.advance(range, sent);
        onProgress();
        const passed = Date.now() - began;
        const expected = (passed * upload.size) / Math.max(1, sent);
        if (passed > SETTLED && expected > ENDED_AFTER) {
          tooSlow.abort();
        }
      }
    }
  );
}
