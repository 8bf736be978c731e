import type { ISource } from '../../src/engine/ports';

/** A Blob whose bytes are at hand without a trip through the event loop, which fake timers would not wait for. */
export class MemoryBlob extends Blob {
  constructor(
    private readonly source: MemorySource,
    private readonly start: number,
    private readonly end: number
  ) {
    super();
  }

  get bytesNow(): Uint8Array {
    return this.source.content.subarray(this.start, this.end);
  }

  get readable(): boolean {
    return this.source.readable;
  }

  override get size(): number {
    return this.end - this.start;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.readable
      ? Promise.resolve(this.bytesNow.slice().buffer)
      : Promise.reject(new DOMException('Gone', 'NotReadableError'));
  }
}

/** A file on the person's computer; it can vanish. */
export class MemorySource implements ISource {
  readonly content: Uint8Array;
  readable = true;
  /** A browser sends some files faster as a whole. */
  whole: Blob | null = null;

  constructor(
    readonly name: string,
    readonly size: number,
    readonly lastModified = 1_790_000_000_000,
    readonly handle?: object
  ) {
    // No two chunks alike, so that one at the wrong offset shows.
    this.content = Uint8Array.from(
      { length: size },
      (_, index) => (index * 31 + (index >> 8) * 17 + name.length) & 0xff
    );
  }

  /** As a browser hands out what was dropped or picked without a handle. */
  withWhole(): this {
    this.whole = this.slice(0, this.size);
    return this;
  }

  slice(start: number, end: number): Blob {
    return new MemoryBlob(this, start, end);
  }
}
