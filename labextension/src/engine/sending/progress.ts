import type { ByteRange } from '../wire';
import { byteCount, normalise } from './ranges';

/** Which bytes of one file are there, and which are on their way. */
export class Progress {
  private there: readonly ByteRange[] = [];
  private readonly onTheirWay = new Map<ByteRange, number>();
  private highest = 0;

  constructor(private readonly size: number) {}

  /** What the server has acknowledged; normalised. */
  get received(): readonly ByteRange[] {
    return this.there;
  }

  get receivedBytes(): number {
    return byteCount(this.there);
  }

  /** Whether the server has acknowledged all bytes of a range. */
  has([start, end]: ByteRange): boolean {
    return this.there.some(([from, to]) => from <= start && end <= to);
  }

  /** Bytes that have yet to leave, those of chunks that have begun included. */
  get left(): number {
    return this.size - this.receivedBytes - this.movingBytes;
  }

  get inFlight(): Iterable<ByteRange> {
    return this.onTheirWay.keys();
  }

  /** Bytes there or on their way. Never falls: the bytes of a chunk that must be sent again were shown already. */
  get sent(): number {
    return this.highest;
  }

  /** What the server reports is the truth, even when it is less than was thought. */
  replace(received: readonly ByteRange[]): void {
    this.there = normalise(received);
    this.raise();
  }

  /** A chunk begins. `advance` and `end` take the same range object. */
  begin(range: ByteRange): void {
    this.onTheirWay.set(range, 0);
  }

  advance(range: ByteRange, sent: number): void {
    this.onTheirWay.set(range, Math.min(sent, range[1] - range[0]));
    this.raise();
  }

  /**
   * A chunk is over.
   *
   * @param received - what the server has now around the chunk; absent when it failed. Only ever added, because
   *   the receipts of parallel chunks may come out of order.
   */
  end(range: ByteRange, received?: readonly ByteRange[]): void {
    this.onTheirWay.delete(range);
    if (received !== undefined) {
      this.there = normalise([...this.there, range, ...received]);
    }
    this.raise();
  }

  private raise(): void {
    this.highest = Math.min(
      this.size,
      Math.max(this.highest, this.receivedBytes + this.movingBytes)
    );
  }

  private get movingBytes(): number {
    let moving = 0;
    for (const sent of this.onTheirWay.values()) {
      moving += sent;
    }
    return moving;
  }
}
