import { sourceUnreadable } from '../engine/errors';

/** Of a page that hashes by itself: a frame is drawn after each, and hashing one takes a few milliseconds. */
const SLICE = 1024 * 1024;

/** Bytes that are read at once, always into the same memory. */
const PIECE = 1024 * 1024;

/**
 * Milliseconds until a read counts as forgotten, and is begun anew: twice as many each time that it brings nothing.
 *
 * Chromium 156 never answered some of those that read into memory of ours, about one in 5,000 pieces, as long
 * as nothing but the read itself knew of it. No other way to read is so easy on processor and memory.
 */
const FORGOTTEN = 1_000;

/** The bytes of a blob, in flat memory whatever its size. A piece is overwritten by the next one. */
export async function* streamed(blob: Blob): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let patience = FORGOTTEN; at < blob.size; patience *= 2) {
    for await (const piece of readOn(blob.slice(at), patience)) {
      at += piece.length;
      patience = FORGOTTEN;
      yield piece;
    }
  }
}

/** The bytes of a blob, or those before a read that was forgotten. */
async function* readOn(
  blob: Blob,
  patience: number
): AsyncGenerator<Uint8Array> {
  const reader = readerOf(blob);
  try {
    for (let left = blob.size; left > 0;) {
      const read = await within(patience, readable(reader.read()));
      if (read === null) {
        return;
      }
      if (read.value === undefined) {
        throw sourceUnreadable(new Error('The file is shorter now.'));
      }
      left -= read.value.length;
      yield read.value;
    }
  } finally {
    // Also when the consumer stops early. What can't be read can't be cancelled either.
    reader.cancel().catch(() => undefined);
  }
}

type IReader = Pick<
  ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  'read' | 'cancel'
>;

/** Reads into one and the same memory, where the browser can do that. */
function readerOf(blob: Blob): IReader {
  const stream = blob.stream();
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return stream.getReader();
  }
  let memory = new ArrayBuffer(PIECE);
  return {
    read: async () => {
      const { value } = await reader.read(new Uint8Array(memory));
      // A stream that ends may still give the memory back.
      if (value === undefined || value.length === 0) {
        return { done: true, value: undefined };
      }
      memory = value.buffer;
      return { done: false, value };
    },
    cancel: reason => reader.cancel(reason)
  };
}

/** What `work` resolves to, or null when it takes longer than `milliseconds`. */
async function within<T>(
  milliseconds: number,
  work: Promise<T>
): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
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
