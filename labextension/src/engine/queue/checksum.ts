import { digestOnServer, toHex } from '../sending/digests';
import { describe } from '../errors';
import type { IChecksum } from '../model';
import type { IHasher, ISource } from '../ports';
import type { Queue } from './queue';
import type { IPlace } from '../resuming/serverUploads';
import type { ITransport } from '../wire';

export interface IChecksumming {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  /** Bounds the checksums that are computed at once. */
  readonly checksums: Queue;
  readonly place: IPlace;
  readonly source: ISource;
  readonly signal: AbortSignal;
}

/** The SHA-256 of one finished file, on both sides at once, and how far it is. */
export class Checksum {
  private state: IChecksum | null = null;

  constructor(private readonly onChange: () => void) {}

  /** Null before it was asked for. */
  get current(): IChecksum | null {
    return this.state;
  }

  /** Never rejects. */
  async compute(work: IChecksumming): Promise<void> {
    this.show({
      state: 'computing',
      progress: 0,
      onServer: null,
      onThisComputer: null,
      error: null
    });
    try {
      await work.checksums.run(() => this.read(work), { signal: work.signal });
      this.show({ state: 'done', progress: 1 });
    } catch (error) {
      this.show({ state: 'failed', error: describe(error) });
    }
  }

  private async read(work: IChecksumming): Promise<void> {
    const { transport, hasher, place, source } = work;
    const { size } = source;
    const stop = new AbortController();
    const signal = AbortSignal.any([work.signal, stop.signal]);
    let readHere = 0;
    let readThere = 0;
    const tell = (): void =>
      this.show({ progress: (readHere + readThere) / 2 / Math.max(size, 1) });
    const here = hasher
      .digest('sha-256', source.slice(0, size), {
        signal,
        background: true,
        onProgress: bytes => {
          readHere = bytes;
          tell();
        }
      })
      // The file may be gone by now, and the server's checksum is worth having by itself.
      .then(toHex, () => null)
      .then(onThisComputer => {
        readHere = size;
        this.show({ onThisComputer });
        tell();
      });
    const there = digestOnServer(transport, place, 'sha-256', {
      signal,
      onProgress: bytes => {
        readThere = bytes;
        tell();
      }
    }).then(digest => {
      readThere = size;
      this.show({ onServer: toHex(digest) });
      tell();
    });
    try {
      await Promise.all([here, there]);
    } finally {
      // Without the server's there is nothing to compare this computer's with.
      stop.abort();
    }
  }

  private show(change: Partial<IChecksum>): void {
    this.state = Object.freeze({ ...(this.state as IChecksum), ...change });
    this.onChange();
  }
}
