import { describe } from '../engine/errors';
import { Jobs } from './jobs';
import type { IPort, Reply, Request } from './messages';
import { streamed } from './pieces';

/** Milliseconds between two words about the progress of a job. */
const TELL_EVERY = 250;

/** Answer the requests that come through `port`: what a hash worker does. */
export function serve(port: IPort<Reply, Request>): void {
  const jobs = new Jobs(streamed);
  const stops = new Map<number, AbortController>();
  port.onmessage = ({ data: request }) => {
    const { id } = request;
    if (request.type === 'cancel') {
      stops.get(id)?.abort();
      return;
    }
    const stop = new AbortController();
    stops.set(id, stop);
    answer(request, stop.signal)
      .catch((error: unknown) =>
        port.postMessage({ type: 'failure', id, ...describe(error) })
      )
      .finally(() => stops.delete(id));
  };
  const answer = async (
    request: Exclude<Request, { type: 'cancel' }>,
    signal: AbortSignal
  ) => {
    const { id, algorithm } = request;
    if (request.type === 'read') {
      const { whole, sizes } = request;
      const read = await jobs.readTogether(algorithm, whole, sizes, signal);
      const transfer = read === null ? [] : [read.bytes];
      port.postMessage({ type: 'read', id, read }, { transfer });
      return;
    }
    let told = Date.now();
    const { background, blob } = request;
    const digest = await jobs.run({
      algorithm: request.algorithm,
      background,
      blob,
      signal,
      onProgress: read => {
        if (Date.now() - told >= TELL_EVERY) {
          told = Date.now();
          port.postMessage({ type: 'progress', id, read });
        }
      }
    });
    port.postMessage({ type: 'digest', id, digest });
  };
  port.postMessage({ type: 'ready' });
}
