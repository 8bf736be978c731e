import { Throughput } from './throughput';
import type { ISample } from './throughput';
import type { IWay } from './way';

/** Bytes for each chunk in flight that a rate is taken over at least: four windows of HTTP/2's default. */
export const BYTES_OF_EACH = 256 * 1024;

/** How many times as long a rate is taken where there is no hurry. */
const LONGER = 3;

/** Part of the chunks that must be in flight on average for a rate to say anything. */
const BUSY = 0.75;

/** Milliseconds after which a rate is taken however little came. */
const LONGEST = 10_000;

/** Milliseconds after which a number that is not reached is given up: there is nothing more to send. */
const PATIENCE = 20_000;

/** A rate, and whether it was taken over so long that it is as good as it gets. */
export interface IMeasured {
  readonly sample: ISample;
  readonly isLong: boolean;
}

/** What a number of chunks in flight brings: waits until they are in flight, then until that shows, then measures. */
export class Measurement {
  readonly throughput = new Throughput();
  /** Milliseconds: since when the number is waited for, and from when on it has settled. */
  private waitingSince: number | null = null;
  private settlesAt: number | null = null;
  private isMeasuring = false;

  /** Another number, or what was measured says nothing. */
  restart(): void {
    this.waitingSince = null;
    this.settlesAt = null;
    this.isMeasuring = false;
  }

  /**
   * What `wanted` chunks in flight bring; null when it is too early to tell. While it is not told to restart, the same
   * is measured for longer.
   *
   * @returns `unreached` where so many have not been in flight for a long time.
   */
  take(
    wanted: number,
    { interval, settling }: IWay,
    isInHurry: boolean,
    now: number
  ): IMeasured | 'unreached' | null {
    const { throughput } = this;
    if (this.settlesAt === null) {
      this.waitingSince ??= now;
      if (throughput.inFlight === wanted) {
        this.settlesAt = now + settling;
      } else if (now - this.waitingSince > PATIENCE) {
        return 'unreached';
      }
      return null;
    }
    if (!this.isMeasuring) {
      if (now >= this.settlesAt) {
        this.isMeasuring = true;
        throughput.restart(now);
      }
      return null;
    }
    const passed = throughput.milliseconds(now);
    const long = interval * LONGER;
    const isEnough =
      throughput.bytes >= BYTES_OF_EACH * wanted || passed >= LONGEST;
    if (passed < (isInHurry ? interval : long) || !isEnough) {
      return null;
    }
    const sample = throughput.at(now);
    if (sample.chunks < BUSY * wanted) {
      this.restart();
      return null;
    }
    return { sample, isLong: passed >= long };
  }
}
