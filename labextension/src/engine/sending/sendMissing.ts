import { ChunkSender } from './chunkSender';
import type { ISending } from './sending';

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
    AbortSignal.any([signal, stop.signal]),
    () => openLanes()
  );
  const lanes: Promise<void>[] = [];
  let open = 0;
  const errors: unknown[] = [];
  let grace: ReturnType<typeof setTimeout> | undefined;

  // One more than chunks may be in flight: it digests the next one, so that the link never waits for that.
  const wanted = () =>
    Math.min(
      Math.max(1, upload.parallel),
      sending.parallelism.limitOf(sender.inFlight)
    ) + 1;

  const lane = async (): Promise<void> => {
    try {
      while ((await sender.sendNext()) && open <= wanted()) {
        // And the next one.
      }
    } catch (error) {
      errors.push(error);
      sender.beginNoOther(error);
      grace ??= setTimeout(() => stop.abort(), GRACE);
    } finally {
      open -= 1;
    }
  };

  const openLanes = () => {
    while (open < wanted()) {
      open += 1;
      lanes.push(lane());
    }
  };

  openLanes();
  // Of which there may be more by then.
  for (const one of lanes) {
    await one;
  }
  clearTimeout(grace);
  signal.throwIfAborted();
  if (errors.length > 0) {
    throw errors[0];
  }
}
