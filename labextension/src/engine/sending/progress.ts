import type { ByteRange } from '../wire';
import { byteCount, normalise } from './ranges';

/** Of a chunk on its way: the bytes that left, and those after which the server keeps what came of it. */
interface IMoving {
  sent: number;
  readonly keptEach: number;
}

/** Which bytes of one file are there, and which are on their way. */
export class Progress {
  private there: readonly ByteRange[] = [];
  private readonly onTheirWay = new Map<ByteRange, IMoving>();
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

  /**
   * Bytes that would be there if the connection broke now: of a long body, of which the server keeps blocks, all but
   * the last two, since bytes that left need not have arrived.
   */
  get survivingBytes(): number {
    let kept = 0;
    for (const { sent, keptEach } of this.onTheirWay.values()) {
      const blocks = Math.floor(sent / keptEach);
      kept += blocks > 1 ? (blocks - 1) * keptEach : 0;
    }
    return this.receivedBytes + kept;
  }

  /**
   * A chunk begins. `advance` and `end` take the same range object.
   *
   * @param keptEach - bytes after which the server keeps what came of it; by default it takes all or nothing.
   */
  begin(range: ByteRange, keptEach = Infinity): void {
    this.onTheirWay.set(range, { sent: 0, keptEach });
  }

  advance(range: ByteRange, sent: number): void {
    const moving = this.onTheirWay.get(range);
    if (moving !== undefined) {
      moving.sent = Math.min(sent, range[1] - range[0]);
    }
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
    for (const { sent } of this.onTheirWay.values()) {
      moving += sent;
    }
    return moving;
  }
}
