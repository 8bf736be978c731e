import { sourceUnreadable } from '../engine/failure';

/** Of a page that hashes by itself: a frame is drawn after each, and hashing one takes a few milliseconds. */
const SLICE = 1024 * 1024;

/** The bytes of a blob as the browser reads them: flat memory, whatever its size. */
export async function* streamed(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await readable(reader.read());
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    // Also when the consumer stops early. What can't be read can't be cancelled either.
    reader.cancel().catch(() => undefined);
  }
}

/** The bytes of a blob in small slices, each read in a task of its own, so that the page stays responsive. */
export async function* sliced(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += SLICE) {
    const slice = blob.slice(start, start + SLICE);
    yield new Uint8Array(await readable(slice.arrayBuffer()));
  }
}

/** Browsers refuse to read a file that is no longer what was picked. */
async function readable<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw sourceUnreadable(error);
  }
}
