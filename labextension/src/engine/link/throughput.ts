/** Bytes of all chunks in flight, and how many there were on average, since it was restarted. */
export class Throughput {
  private began = 0;
  private last = 0;
  private flying = 0;
  /** Milliseconds in flight, of all chunks together. */
  private flown = 0;
  private total = 0;

  /** Chunks in flight now. */
  get inFlight(): number {
    return this.flying;
  }

  get bytes(): number {
    return this.total;
  }

  restart(now: number): void {
    this.began = now;
    this.last = now;
    this.flown = 0;
    this.total = 0;
  }

  add(bytes: number): void {
    this.total += bytes;
  }

  takeOff(now: number): void {
    this.pass(now);
    this.flying += 1;
  }

  land(now: number): void {
    this.pass(now);
    this.flying -= 1;
  }

  milliseconds(now: number): number {
    return now - this.began;
  }

  at(now: number): ISample {
    this.pass(now);
    const time = Math.max(1, this.milliseconds(now));
    return { rate: this.total / time, chunks: this.flown / time };
  }

  private pass(now: number): void {
    this.flown += this.flying * (now - this.last);
    this.last = now;
  }
}

/** What so many chunks in flight brought. */
export interface ISample {
  /** Bytes a millisecond, all together. */
  readonly rate: number;
  readonly chunks: number;
}

/**
 * What part of what the larger number could have brought it did bring: 1 where the sum of the rates grew as the
 * number did, since each chunk is limited for itself; 0 where it did not grow, since all share one limit.
 */
export function gain(fewer: ISample, more: ISample): number {
  const room = Math.log(more.chunks / fewer.chunks);
  return room <= 0 ? 0 : Math.log(more.rate / fewer.rate) / room;
}
