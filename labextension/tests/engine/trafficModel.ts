import { TransportError } from '../../src/engine/wire';
import type { ByteRange } from '../../src/engine/wire';
import { MemoryBlob } from './memorySource';
import { pass } from './pass';

export type Verb =
  | 'create'
  | 'status'
  | 'list'
  | 'sendChunk'
  | 'sendPart'
  | 'complete'
  | 'abort'
  | 'digest'
  | 'sendBatch'
  | 'signFiles'
  | 'putFile'
  | 'confirmFiles'
  | 'existing'
  | 'remove';

export interface ICall {
  readonly verb: Verb;
  /** Counts the calls of this verb from 1. */
  readonly nth: number;
  readonly range?: ByteRange;
}

/** What goes wrong with a call: before the server sees it, or with the answer to what it has done. */
export interface IFault {
  readonly when: 'before' | 'after';
  readonly error: TransportError;
}

export function networkError(): TransportError {
  return new TransportError('No way to the server', 0, 'network');
}

/** The way between pages and a server: how long it takes, what went over it, and what goes wrong on it. */
export abstract class TrafficModel {
  readonly calls: ICall[] = [];
  /** Most chunks in flight at once, over all uploads and of one. */
  mostChunks = 0;
  mostChunksOfOne = 0;

  /** Milliseconds to the server, and back. */
  latency = 5;
  /** Bytes a millisecond. */
  bandwidth = 100;
  down = false;
  fault: (call: ICall) => IFault | undefined = () => undefined;
  /** Whether a bit of this chunk flips on the way. */
  damage: (call: ICall) => boolean = () => false;

  private readonly inFlight = new Map<string, number>();

  /** How often a verb was called. */
  count(verb: Verb): number {
    return this.calls.filter(call => call.verb === verb).length;
  }

  /** Let the calls for which `which` holds fail. */
  fail(
    which: (call: ICall) => boolean,
    when: IFault['when'],
    error: TransportError = networkError()
  ): void {
    this.fault = call => (which(call) ? { when, error } : undefined);
  }

  /**
   * There and back.
   *
   * @param work - what the server does once all of the call has come.
   * @param transmit - what takes its time beside the latency.
   */
  protected async call<T>(
    what: { verb: Verb; range?: ByteRange },
    signals: readonly (AbortSignal | undefined)[],
    work: (call: ICall) => T,
    transmit: (signal: AbortSignal) => Promise<void> = async () => {}
  ): Promise<T> {
    const signal = AbortSignal.any(
      signals.filter(candidate => candidate !== undefined)
    );
    const call: ICall = { ...what, nth: this.count(what.verb) + 1 };
    this.calls.push(call);
    const fault = this.fault(call);
    await this.travel(signal);
    if (fault?.when === 'before') {
      throw fault.error;
    }
    await transmit(signal);
    if (this.down) {
      throw networkError();
    }
    const answer = work(call);
    await this.travel(signal);
    if (fault !== undefined) {
      throw fault.error;
    }
    return answer;
  }

  /**
   * The same with bytes of an upload, which take their time.
   *
   * @param work - what the server does with what has `arrived`.
   */
  protected async callWithBody<T>(
    what: { id: string; verb: Verb; range: ByteRange },
    body: Blob,
    signals: readonly (AbortSignal | undefined)[],
    onProgress: (sent: number) => void,
    work: (call: ICall) => T
  ): Promise<T> {
    const { id, verb, range } = what;
    const [start, end] = range;
    this.takeOff(id);
    try {
      return await this.call({ verb, range }, signals, work, async signal => {
        for (const part of [0.25, 0.5, 0.75, 1]) {
          await pass((end - start) / 4 / this.bandwidth, signal);
          if (!(body instanceof MemoryBlob) || !body.readable) {
            throw networkError();
          }
          onProgress(Math.round(part * (end - start)));
        }
      });
    } finally {
      this.inFlight.set(id, (this.inFlight.get(id) ?? 0) - 1);
    }
  }

  private async travel(signal: AbortSignal): Promise<void> {
    await pass(this.latency, signal);
    if (this.down) {
      throw networkError();
    }
  }

  private takeOff(id: string): void {
    this.inFlight.set(id, (this.inFlight.get(id) ?? 0) + 1);
    const counts = [...this.inFlight.values()];
    this.mostChunksOfOne = Math.max(this.mostChunksOfOne, ...counts);
    this.mostChunks = Math.max(
      this.mostChunks,
      counts.reduce((sum, count) => sum + count, 0)
    );
  }

  /** The bytes of a body, as they come out of the network. */
  protected arrived(call: ICall, body: Blob): Uint8Array {
    const { bytesNow } = body as MemoryBlob;
    return this.damage(call)
      ? bytesNow.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
      : bytesNow;
  }
}
