import { Emitter } from '../../engine/emitter';
import type { IListenable } from '../../engine/emitter';
import { TransportError } from '../../engine/wire';
import { abortError } from '../../http/answers';
import { probePath } from '../paths';
import type { IRequests } from '../requests';
import type { ISignedRequest } from './signedRequest';

/** Milliseconds that a store has for its answer to a probe. */
const PROBE_WITHIN = 10_000;

/** Milliseconds after which a store of which nothing is known for certain is tried again. */
const TRY_AGAIN_AFTER = 60_000;

/** Milliseconds for which a store that took parts may give no answer: it may only be down for a moment. */
const SILENT_FOR = 60_000;

/**
 * Whether a page may speak to a store.
 *
 * - `open`: it may.
 * - `refused`: the store answers, but not to this page (CORS). That stays so until a person changes it.
 * - `unreachable`: no answer at all. The store, or the network, is down; or only the server can reach it.
 */
export type ProbeResult = 'open' | 'refused' | 'unreachable';

/** Tries a request; a page is told of an answer only where CORS lets it. */
export type Probe = (request: ISignedRequest) => Promise<ProbeResult>;

/** Which stores this page may send parts to: tried before the first part, and whenever one gets no answer. */
export class StoreAccess {
  readonly changed: IListenable<void>;
  private readonly changes = new Emitter<void>();
  private readonly results = new Map<
    string,
    { readonly result: ProbeResult; readonly at: number }
  >();
  private readonly running = new Map<string, Promise<void>>();
  /** Those that have been open on this page. */
  private readonly proven = new Set<string>();
  /**
   * When the first of the parts failed that each has given no answer to since it was last open. Not when it was
   * last open: that can be long ago for a transfer that was paused, or has large parts on a slow link.
   */
  private readonly silentSince = new Map<string, number>();

  constructor(
    private readonly requests: IRequests,
    private readonly probe: Probe
  ) {
    this.changed = this.changes;
  }

  /** Whether parts may go there; rejects when the server can't be reached to ask. */
  async isOpen(destination: string, signal: AbortSignal): Promise<boolean> {
    const known = this.results.get(destination);
    const isCurrent =
      known !== undefined &&
      (known.result !== 'unreachable' ||
        Date.now() - known.at < TRY_AGAIN_AFTER);
    if (!isCurrent) {
      await orStopped(this.test(destination), signal);
    }
    return this.isUsable(destination);
  }

  /** Whether the store is known to answer, but not to this page. */
  isRefused(destination: string): boolean {
    return this.results.get(destination)?.result === 'refused';
  }

  /** Try now. */
  test(destination: string): Promise<void> {
    const running =
      this.running.get(destination) ??
      this.probeStore(destination)
        .then(result => this.record(destination, result))
        .finally(() => this.running.delete(destination));
    this.running.set(destination, running);
    return running;
  }

  /** The store took a part. */
  answered(destination: string): void {
    this.record(destination, 'open');
  }

  /**
   * The store gave no answer to a part.
   *
   * @returns whether later parts may still go there.
   */
  async unanswered(destination: string, signal: AbortSignal): Promise<boolean> {
    if (!this.silentSince.has(destination)) {
      this.silentSince.set(destination, Date.now());
    }
    await orStopped(this.test(destination), signal);
    return this.isUsable(destination);
  }

  private isUsable(destination: string): boolean {
    const result = this.results.get(destination)?.result;
    const since = this.silentSince.get(destination) ?? Date.now();
    return (
      result === 'open' ||
      (result === 'unreachable' &&
        this.proven.has(destination) &&
        Date.now() - since < SILENT_FOR)
    );
  }

  private record(destination: string, result: ProbeResult): void {
    const wasRefused = this.isRefused(destination);
    this.results.set(destination, { result, at: Date.now() });
    if (result === 'open') {
      this.proven.add(destination);
      this.silentSince.delete(destination);
    }
    if (this.isRefused(destination) !== wasRefused) {
      this.changes.emit();
    }
  }

  private async probeStore(destination: string): Promise<ProbeResult> {
    let request: ISignedRequest;
    try {
      request = await this.requests.json('GET', probePath(destination));
    } catch (error) {
      if (error instanceof TransportError && error.status === 0) {
        throw error;
      }
      // What keeps the server from signing, it tells best when it is to send the bytes itself.
      return 'unreachable';
    }
    return this.probe(request);
  }
}

/** Wait for `work`, which goes on for others, unless `signal` fires first. */
function orStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError());
    signal.addEventListener('abort', stop, { once: true });
    work
      .finally(() => signal.removeEventListener('abort', stop))
      .then(resolve, reject);
    if (signal.aborted) {
      stop();
    }
  });
}

/** By fetch. */
export async function probeByFetch({
  method,
  url,
  headers
}: ISignedRequest): Promise<ProbeResult> {
  const ask = (init: RequestInit): Promise<Response> =>
    fetch(url, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(PROBE_WITHIN)
    });
  try {
    await ask({ method, headers, mode: 'cors' });
    return 'open';
  } catch {
    // The browser does not say why; but it lets every request through whose answer nobody wants to see.
    return ask({ mode: 'no-cors' }).then(
      () => 'refused',
      () => 'unreachable'
    );
  }
}
