import { ChunkSender } from './chunkSender';
import type { ISending } from './chunkSender';

/** Milliseconds that the other chunks in flight get to arrive once one has failed. */
const GRACE = 15_000;

/**
 * Send everything that `progress` does not have yet, several chunks at a time.
 *
 * Resolves when all is acknowledged. After the first chunk that can't be sent again in its place no other is begun;
 * those in flight may still arrive, and then this rejects with that first error. Nothing is in flight afterwards.
 */
export async function sendMissing(sending: ISending): Promise<void> {
  const { upload, signal } = sending;
  const stop = new AbortController();
  const sender = new ChunkSender(
    sending,
    AbortSignal.any([signal, stop.signal])
  );
  const errors: unknown[] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;

  const lane = async (): Promise<void> => {
    try {
      for (let more = true; more;) {
        more = await sender.sendNext();
      }
    } catch (error) {
      errors.push(error);
      sender.beginNoOther(error);
      grace ??= setTimeout(() => stop.abort(), GRACE);
    }
  };

  // One lane more than chunks may be in flight: it digests the next chunk, so that the link never waits for that.
  const lanes = Array.from({ length: Math.max(1, upload.parallel) + 1 }, lane);
  await Promise.all(lanes);
  clearTimeout(grace);
  signal.throwIfAborted();
  if (errors.length > 0) {
    throw errors[0];
  }
}
