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
    let told = Date.now();
    const { algorithm, background, blob } = request;
    jobs
      .run({
        algorithm,
        background,
        blob,
        signal: stop.signal,
        onProgress: read => {
          if (Date.now() - told >= TELL_EVERY) {
            told = Date.now();
            port.postMessage({ type: 'progress', id, read });
          }
        }
      })
      .then(
        digest => port.postMessage({ type: 'digest', id, digest }),
        (error: unknown) =>
          port.postMessage({ type: 'failure', id, ...describe(error) })
      )
      .finally(() => stops.delete(id));
  };
  port.postMessage({ type: 'ready' });
}
