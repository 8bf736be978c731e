import type { ISentFile, ISignedFile } from '../../directFiles';
import { isNameTaken, isRerouted } from '../../errors';
import { isOutage } from '../../retrying/policy';
import type { ISendingContext } from '../../sending/sending';
import type { IBatchFile } from '../../wire';
import { TransportError } from '../../wire';
import type { ITreePlace } from '../place';
import { manifestOf } from './batch';
import type { IReadEntry } from './batch';
import { LARGEST_BATCH } from './batchSize';
import type { IBatchOptions, IBatchWay } from './batchWay';

/** Files that are signed, and confirmed, in one request. */
const AT_ONCE = 100;

/** Files of a batch that are sent at once, as far as there is room for them. */
const LANES = 6;

/** Small files past the server, each in a request of its own: it signs them before, and looks for them afterwards. */
export class StraightToStore implements IBatchWay {
  readonly files = AT_ONCE;
  readonly bytes = LARGEST_BATCH;

  constructor(
    private readonly shared: ISendingContext,
    private readonly place: ITreePlace
  ) {}

  async send(
    batch: readonly IReadEntry[],
    options: IBatchOptions
  ): Promise<readonly IReadEntry[]> {
    const { transport } = this.shared;
    const { destination } = this.place;
    const { signal, onOutcome } = options;
    const sending = new Sending(this.shared, this.place, batch, options);
    await sending.run();
    signal.throwIfAborted();
    const { sent, left } = sending;
    if (sent.length > 0) {
      const outcomes = await transport.directFiles.confirm(
        destination,
        sent.map(({ file }) => file),
        signal
      );
      sent.forEach(({ one }, index) => onOutcome(one, outcomes[index]));
    }
    if (sending.failure !== null) {
      throw sending.failure;
    }
    return left;
  }
}

/** The files of one batch on their way. */
class Sending {
  /** What the store says it has, to be confirmed. */
  readonly sent: { readonly one: IReadEntry; readonly file: ISentFile }[] = [];
  /** Those that have to go another way. */
  readonly left: IReadEntry[] = [];
  /** What keeps those out that are in neither list, for now. */
  failure: TransportError | null = null;
  private isClosed = false;
  /** Bytes that left, of each file. */
  private readonly moved = new Map<IReadEntry, number>();

  constructor(
    private readonly shared: ISendingContext,
    private readonly place: ITreePlace,
    private readonly batch: readonly IReadEntry[],
    private readonly options: IBatchOptions
  ) {}

  /** Until each file is sent, or is not to be. */
  async run(): Promise<void> {
    const { batch, place, left } = this;
    const { onOutcome } = this.options;
    const files = batch.map(one => manifestOf(one, place.folder));
    const signed = await this.sign(files);
    const next = batch.entries();
    const lane = async () => {
      for (const [index, one] of next) {
        const file = files[index];
        const signing = signed[index] ?? null;
        if (file === undefined || signing === null) {
          left.push(one);
        } else if (signing.state === 'failed') {
          onOutcome(one, signing);
        } else {
          await this.inTurn(one, file, signing);
        }
      }
    };
    const lanes = Array.from({ length: LANES }, lane);
    // All of them, so that nothing is sent any more when this batch is over.
    await Promise.allSettled(lanes);
    await Promise.all(lanes);
  }

  private sign(
    files: readonly IBatchFile[]
  ): ReturnType<ISendingContext['transport']['directFiles']['sign']> {
    return this.shared.transport.directFiles.sign(
      this.place.destination,
      files,
      this.options.signal
    );
  }

  private async inTurn(
    one: IReadEntry,
    file: IBatchFile,
    signed: ISignedFile
  ): Promise<void> {
    const { directFiles } = this.shared;
    try {
      await directFiles.run(() => this.sendOne(one, file, signed));
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      this.moved.delete(one);
      if (isRerouted(error)) {
        this.isClosed = true;
        this.left.push(one);
      } else if (isOutage(error)) {
        this.failure ??= error;
      } else {
        const { message, reason, retryable = false } = error;
        this.options.onOutcome(one, {
          state: 'failed',
          error: { message, reason, retryable }
        });
      }
    }
  }

  private async sendOne(
    one: IReadEntry,
    file: IBatchFile,
    signed: ISignedFile
  ): Promise<void> {
    this.options.signal.throwIfAborted();
    if (this.isClosed) {
      this.left.push(one);
      return;
    }
    if (this.failure !== null) {
      return;
    }
    try {
      await this.put(one, file, signed);
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
      // A signature may have expired on the way; a second one that is refused has not.
      const [again] = await this.sign([file]);
      if (again?.state !== 'signed') {
        this.left.push(one);
        return;
      }
      await this.put(one, file, again).catch((second: unknown) => {
        if (!isRefusal(second)) {
          throw second;
        }
        this.left.push(one);
      });
    }
  }

  private async put(
    one: IReadEntry,
    file: IBatchFile,
    signed: ISignedFile
  ): Promise<void> {
    const { transport } = this.shared;
    const { onProgress, signal } = this.options;
    try {
      await transport.directFiles.put(
        this.place.destination,
        signed,
        one.bytes,
        {
          signal,
          onProgress: sent => {
            this.moved.set(one, Math.min(sent, one.read.size));
            onProgress(this.bytesMoved);
          }
        }
      );
    } catch (error) {
      if (isOutage(error) || signal.aborted) {
        // The store may have it.
        one.entry.isToCompare = true;
        one.entry.mayHaveArrived = true;
      }
      // Whose file that is, is found out with the others.
      if (!isNameTaken(error)) {
        throw error;
      }
    }
    this.sent.push({ one, file: { ...file, id: signed.id } });
  }

  private get bytesMoved(): number {
    let bytes = 0;
    for (const moved of this.moved.values()) {
      bytes += moved;
    }
    return bytes;
  }
}

/** Whether another signature may help. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof TransportError &&
    (error.reason === 'access_denied' || error.reason === 'credentials_expired')
  );
}
