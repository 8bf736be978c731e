const KiB = 1024;

/** Below this the cost of a request outweighs the bytes it carries, and even a tight proxy lets it through. */
export const SMALLEST_CHUNK = 256 * KiB;

/** Before anything is known of the link: some seconds on a poor one, and nothing lost on a good one, where the size soon grows. */
export const FIRST_CHUNK = 512 * KiB;

/** Seconds that a chunk should take: long enough to fill the link, short enough to lose little when it breaks. */
const TARGET_SECONDS = 4;

/** Seconds after which a chunk has taken so long that the size must not wait for a second opinion. */
const SLOW_SECONDS = 10;

/** Most by which one measurement may raise the size: the first chunks can be luckier than the link is. */
const FASTEST_GROWTH = 8;

/**
 * Chunks of the largest size that gets through before one of twice that size is tried.
 *
 * The limit that a proxy has seldom changes, and a refused chunk may have been sent in full. This way
 * trying costs at most one part in thirty-two, and less with each refusal: then it takes twice as many.
 */
const PROBE_AFTER = 64;

/** Connections that must break over chunks larger than any before, each time after others got through, to be no accident. */
const SUSPICIOUS = 3;

/**
 * How large chunks should be, learnt from how long they take, and from what breaks.
 *
 * One for all transfers of a page, because they share the link.
 */
export class ChunkSize {
  private current = FIRST_CHUNK;
  /** The largest body that gets through, as far as is known. */
  private ceiling = Infinity;
  /** The largest body that did get through. */
  private proven = 0;
  /** Bytes of the last chunk above the ceiling. */
  private probe = 0;
  private probeAfter = PROBE_AFTER;
  private sinceProbe = 0;
  /** The smallest body over which a connection broke, and how often one did. */
  private smallestBroken = Infinity;
  private breaks = 0;
  private hasArrivedSinceBreak = true;

  /** @param onCeiling - the largest body that gets through is known better now, and worth remembering. */
  constructor(
    private readonly onCeiling: (bytes: number) => void = () => undefined
  ) {}

  /** Whether something on the way is known to refuse large bodies. */
  get isLimited(): boolean {
    return this.ceiling < Infinity;
  }

  /**
   * Bytes for the next chunk of an upload whose server wants no more than `most`.
   *
   * @param part - bytes of a part of the store, null where it has none: a whole one goes through the server,
   *   pieces of it wait on its disk for each other. So a whole one may take nearly twice as long; after a
   *   connection broke over one, it is cut.
   */
  next(most: number, part: number | null = null): number {
    const isWorthIt =
      part !== null && part > this.current && part < this.current * 2;
    const wanted = Math.min(isWorthIt ? part : this.current, most);
    if (wanted > this.ceiling && this.sinceProbe >= this.probeAfter) {
      this.sinceProbe = 0;
      this.probe = Math.min(wanted, this.ceiling * 2);
      return this.probe;
    }
    return Math.max(1, Math.min(wanted, this.ceiling));
  }

  /** A chunk of `bytes` was acknowledged after `milliseconds`. */
  learn(bytes: number, milliseconds: number): void {
    this.onArrival(bytes);
    const ideal = Math.floor(
      (bytes / Math.max(milliseconds, 1)) * 1000 * TARGET_SECONDS
    );
    if (milliseconds > SLOW_SECONDS * 1000) {
      this.current = Math.max(ideal, SMALLEST_CHUNK);
    } else if (milliseconds > TARGET_SECONDS * 1000) {
      this.current = Math.max(ideal, Math.floor(bytes / 2), SMALLEST_CHUNK);
    } else if (bytes >= this.current) {
      // A smaller chunk (the end of a file, or one sent before the last raise) is no proof that a
      // larger one would do well.
      this.current = Math.min(ideal, bytes * FASTEST_GROWTH);
    }
  }

  /** The connection broke, or stood still, over a chunk of `bytes`: less is lost with the next one. */
  break(bytes: number): void {
    this.current = Math.max(
      SMALLEST_CHUNK,
      Math.min(this.current, Math.floor(bytes / 2))
    );
    if (bytes > this.proven) {
      this.smallestBroken = Math.min(this.smallestBroken, bytes);
      this.breaks += this.hasArrivedSinceBreak ? 1 : 0;
    }
    this.hasArrivedSinceBreak = false;
    if (this.breaks >= SUSPICIOUS) {
      // Some proxies say nothing, and end the connection, when a body is too large for them.
      this.lower(this.smallestBroken);
      this.forgetBreaks();
    }
  }

  /** On an earlier visit nothing larger than `bytes` got through. */
  expect(bytes: number): void {
    this.ceiling = Math.min(this.ceiling, Math.max(SMALLEST_CHUNK, bytes));
  }

  /**
   * Something between here and the server refused a body of `bytes` as too large.
   *
   * @returns whether smaller chunks can be tried.
   */
  refuse(bytes: number): boolean {
    if (bytes <= SMALLEST_CHUNK) {
      return false;
    }
    if (bytes === this.probe) {
      this.probe = 0;
      this.probeAfter *= 2;
    }
    this.lower(bytes);
    this.onCeiling(this.ceiling);
    return true;
  }

  /** Bodies of `bytes` do not get through. */
  private lower(bytes: number): void {
    if (bytes <= this.proven) {
      // The way to the server is another one now.
      this.proven = 0;
    }
    this.expect(Math.max(this.proven, Math.floor(bytes / 2)));
  }

  private onArrival(bytes: number): void {
    this.hasArrivedSinceBreak = true;
    this.sinceProbe += 1;
    this.proven = Math.max(this.proven, bytes);
    if (bytes >= this.smallestBroken) {
      this.forgetBreaks();
    }
    if (bytes > this.ceiling) {
      this.ceiling = bytes;
      this.onCeiling(bytes);
    }
  }

  private forgetBreaks(): void {
    this.smallestBroken = Infinity;
    this.breaks = 0;
  }
}
