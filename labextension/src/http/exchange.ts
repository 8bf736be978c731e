import { abortError, networkError, stalledError } from './answers';

/** Seconds without a byte that leaves, after which a connection is given up: far longer than any network pauses. */
const STALLED = 30;

/** Seconds from the last byte to the answer: the server pushes the chunk to its disk before it answers, and a disk can be busy. */
const ANSWER_WITHIN = 120;

/** Send `body` and wait for the whole answer; rejects when neither moves for too long. */
export function exchange(
  xhr: XMLHttpRequest,
  body: Blob,
  options: { signal: AbortSignal; onProgress: (sent: number) => void }
): Promise<void> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError());
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStalled = false;
    const expectWithin = (seconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isStalled = true;
        xhr.abort();
      }, seconds * 1000);
    };
    const cancel = () => xhr.abort();
    signal.addEventListener('abort', cancel);
    xhr.upload.onprogress = ({ loaded }) => {
      expectWithin(STALLED);
      onProgress(loaded);
    };
    xhr.upload.onload = () => expectWithin(ANSWER_WITHIN);
    xhr.onload = () => resolve();
    xhr.onerror = () => reject(networkError());
    xhr.onabort = () => reject(isStalled ? stalledError() : abortError());
    xhr.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    expectWithin(STALLED);
    xhr.send(body);
  });
}
