import { digestOnServer, toHex } from './digests';
import { describe } from './failure';
import type { IChecksum, IHasher, ISource } from './ports';
import type { ITransport } from './wire';

export interface IChecksumming {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  readonly path: string;
  readonly source: ISource;
  readonly signal: AbortSignal;
}

/** The SHA-256 of one finished file, on both sides at once, and how far it is. */
export class Checksum {
  private shown: IChecksum | null = null;

  constructor(private readonly onChange: () => void) {}

  /** Null before it was asked for. */
  get current(): IChecksum | null {
    return this.shown;
  }

  /** Never rejects. */
  async compute(work: IChecksumming): Promise<void> {
    const { transport, hasher, path, source, signal } = work;
    const { size } = source;
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const read = { onServer: 0, here: 0 };
    const tell = (): void =>
      this.show({ progress: (read.onServer + read.here) / 2 / (size || 1) });
    this.show({
      state: 'computing',
      progress: 0,
      onServer: null,
      onThisComputer: null,
      error: null
    });
    const here = hasher
      .digest('sha-256', source.slice(0, size), {
        signal: both,
        background: true,
        onProgress: bytes => {
          read.here = bytes;
          tell();
        }
      })
      // The file may be gone by now, and the server's checksum is worth having by itself.
      .then(toHex, () => null)
      .then(onThisComputer => {
        read.here = size;
        this.show({ onThisComputer });
      });
    const onServer = digestOnServer(transport, path, 'sha-256', {
      signal: both,
      onProgress: bytes => {
        read.onServer = bytes;
        tell();
      }
    }).then(digest => {
      read.onServer = size;
      this.show({ onServer: toHex(digest) });
    });
    try {
      await Promise.all([here, onServer]);
      this.show({ state: 'done', progress: 1 });
    } catch (error) {
      stop.abort();
      await here;
      this.show({ state: 'failed', error: describe(error) });
    }
  }

  private show(change: Partial<IChecksum>): void {
    this.shown = Object.freeze({ ...(this.shown as IChecksum), ...change });
    this.onChange();
  }
}
