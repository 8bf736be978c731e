/** Milliseconds over which the rate is taken. */
const WINDOW = 5_000;

/** Milliseconds before a first figure means anything. */
const SETTLING = 500;

/** The rate of a growing count over the last few seconds. */
export class Rate {
  private samples: { at: number; count: number }[] = [];

  /** Begin anew: what follows has nothing to do with what was before (a pause, an outage). */
  restart(now: number, count: number): void {
    this.samples = [{ at: now, count }];
  }

  record(now: number, count: number): void {
    this.samples.push({ at: now, count });
    // The youngest sample outside the window stays: it is where the window begins.
    while (
      this.samples[1] !== undefined &&
      this.samples[1].at <= now - WINDOW
    ) {
      this.samples.shift();
    }
  }

  /** Per second; null while unknown. Falls by itself when nothing is recorded. */
  at(now: number): number | null {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (
      first === undefined ||
      last === undefined ||
      now - first.at < SETTLING
    ) {
      return null;
    }
    if (last.at <= now - WINDOW) {
      return 0;
    }
    return ((last.count - first.count) / (now - first.at)) * 1000;
  }
}

/** The longer of two times; the one that is known where one is not. */
export function longest(
  one: number | null,
  other: number | null
): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Seconds until `remaining` bytes are through; null while unknown. */
export function timeLeft(
  remaining: number,
  rate: number | null
): number | null {
  return rate === null || rate <= 0 ? null : remaining / rate;
}
