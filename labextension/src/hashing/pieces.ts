import { sourceUnreadable } from '../engine/errors';

/** Of a page that hashes by itself: a frame is drawn after each, and hashing one takes a few milliseconds. */
const SLICE = 1024 * 1024;

/** Bytes that a worker reads at once: what a read costs beside its bytes counts for little then. */
const PIECE = 8 * 1024 * 1024;

/** The bytes of a blob, in a worker: no other way to read is so easy on the processor (ADR 19). */
export async function* readInWorker(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = new FileReaderSync();
  for (let start = 0; start < blob.size; start += PIECE) {
    await messagesCome();
    const piece = blob.slice(start, start + PIECE);
    yield new Uint8Array(await readable(() => reader.readAsArrayBuffer(piece)));
  }
}

/** The bytes of a blob, in a page: in small slices, each read in a task of its own, so that it stays responsive. */
export async function* readInPage(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += SLICE) {
    await messagesCome();
    const slice = blob.slice(start, start + SLICE);
    yield new Uint8Array(await readable(() => slice.arrayBuffer()));
  }
}

/** Browsers refuse to read a file that is no longer what was picked. */
async function readable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw sourceUnreadable(error);
  }
}

/** Let messages in that have arrived, which reading holds up. Timers would be slowed down in hidden pages. */
function messagesCome(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
