import type { INetwork } from '../ports';
import { BYTES_OF_EACH, Measurement } from './measurement';
import type { IMeasured } from './measurement';
import { gain } from './throughput';
import type { ISample } from './throughput';
import { MULTIPLEXED, SEPARATE, wayOf } from './way';

/** Chunks in flight before anything is known of the link, and never fewer: one that ends must not leave the link idle. */
export const FEWEST = 3;

/** By how much the first steps raise the number: a file must not be over before all goes as fast as it can. */
const CLIMB = 4;

/** By how much a later look does: less than that, and no link is steady enough to tell. */
const STEP = 2;

/** Two numbers that are no further apart are as good as each other. */
const CLOSE = 1.5;

/** Part of what more chunks could bring that they must. */
const WORTH_IT = 0.5;

/** Gains between these are measured for longer, as everything is once there is no hurry. */
const CLEARLY_NOT = 0.1;
const CLEARLY = 0.75;

/** Bytes a millisecond that each must be left with should more of them bring nothing. */
const LEAST_OF_EACH = 32;

/** Milliseconds until the next look, twice as many each time that nothing has changed. */
const LOOK_AFTER = 10_000;
const LOOK_AT_LAST = 240_000;

/** From this number on it is the window of each request, and not the link, that limits (docs/settings.md). */
const MANY = 8;

/** One chunk in flight. */
export interface IFlight {
  /** @param sent - bytes of it that have left. */
  advance(sent: number): void;
  /**
   * It is over.
   *
   * @param how.isFault - it broke, or was refused for the moment; not where a person stopped it, or it is cut anew.
   */
  end(how: { arrived: boolean; isFault?: boolean }): void;
}

/**
 * How many chunks may be in flight: as many as the sum of their rates grows by.
 *
 * One for all transfers of a page, because they share the link. Rates are taken only while as many chunks are in flight
 * as may be. Steps are large, since one more of sixteen changes less than any link does by itself; what lies between
 * two numbers is tried when the larger one brings too little. Later looks at half, and at twice as many, take turns.
 */
export class Parallelism {
  private readonly measurement = new Measurement();
  private way = SEPARATE;
  /** What is best as far as is known, and what is tried instead. */
  private best = FEWEST;
  private tried: number | null = null;
  /** What the best brought, once it was measured to compare something with. */
  private known: ISample | null = null;
  /** The fewest that brought too little more, in this look. */
  private tooMany = Infinity;
  private isClimbing = true;
  private looksDown = true;
  private nextLook = 0;
  private lookAfter = LOOK_AFTER;
  /** Bytes of the largest chunk. */
  private largest = 0;
  private hasArrivedSinceFault = true;
  private learnt: number | null = null;

  /**
   * @param onRise - more may begin than could before.
   * @param onLearnt - worth remembering for the next visit.
   */
  constructor(
    private readonly network: Pick<INetwork, 'protocol'>,
    private readonly onRise: () => void = () => undefined,
    private readonly onLearnt: (chunks: number) => void = () => undefined,
    private readonly clock: () => number = () => Date.now()
  ) {}

  /** Most chunks in flight. */
  get limit(): number {
    return Math.min(this.tried ?? this.best, this.way.most);
  }

  /** Whether each request is held back on its own over HTTP/2, so that it takes many to fill the link. */
  get isHeldByWindow(): boolean {
    return this.way === MULTIPLEXED && this.best >= MANY;
  }

  /** What an earlier visit learnt. */
  expect(chunks: number): void {
    if (this.isClimbing && this.known === null && chunks > FEWEST) {
      this.change(() => {
        this.best = chunks;
        this.learnt = chunks;
        this.rest();
      });
    }
  }

  /** Most chunks in flight of one upload that has `own` in flight. */
  limitOf(own: number): number {
    const others = Math.max(0, this.measurement.throughput.inFlight - own);
    return Math.max(FEWEST, this.limit - others);
  }

  /**
   * Most bytes for the next chunk of a file of which so many have yet to leave, in chunks that have begun too: where
   * many are in flight all are to end at about the same time.
   */
  share(left: number): number {
    return this.limit > SEPARATE.most
      ? Math.max(BYTES_OF_EACH, Math.ceil(left / this.limit))
      : Infinity;
  }

  /** A chunk of so many bytes begins. */
  begin(bytes: number): IFlight {
    this.change(() => {
      this.way = wayOf(this.network);
    });
    if (bytes >= this.largest * 2) {
      this.largest = bytes;
      if (this.known === null) {
        // What small chunks brought says nothing of the number: each cost a round trip without bytes.
        this.measurement.restart();
      }
    }
    const { throughput } = this.measurement;
    throughput.takeOff(this.clock());
    let counted = 0;
    const count = (sent: number) => {
      throughput.add(sent - counted);
      counted = sent;
    };
    return {
      advance: sent => {
        count(sent);
        this.look();
      },
      end: ({ arrived, isFault }) => {
        throughput.land(this.clock());
        if (arrived) {
          count(bytes);
          this.hasArrivedSinceFault = true;
        } else if (isFault) {
          this.fail();
        }
      }
    };
  }

  /** At the beginning every moment counts; a small step shows only over a longer time. */
  private get isInHurry(): boolean {
    const { best, isClimbing, tried } = this;
    return isClimbing && (tried === null || tried >= best * STEP);
  }

  /** Bytes moved: is it time to measure, or to judge? */
  private look(): void {
    const now = this.clock();
    if (this.tried === null && now < this.nextLook) {
      return;
    }
    const { isInHurry, limit, measurement, way } = this;
    const measured = measurement.take(limit, way, isInHurry, now);
    if (measured === 'unreached') {
      this.giveUp();
    } else if (measured !== null) {
      this.measured(measured);
    }
  }

  private measured({ isLong, sample }: IMeasured): void {
    if (this.known === null || this.tried === null) {
      this.known = sample;
      this.best = this.limit;
      this.change(() => this.tryAnother());
    } else {
      const { best, known, tried } = this;
      const gained = tried > best ? gain(known, sample) : gain(sample, known);
      if (isLong || gained >= CLEARLY || gained <= CLEARLY_NOT) {
        this.change(() => this.judge(tried, sample, gained >= WORTH_IT));
      }
    }
  }

  /** @param isWorthIt - the larger of the two numbers brings enough more. */
  private judge(tried: number, sample: ISample, isWorthIt: boolean): void {
    const isMore = tried > this.best;
    if (isMore && !isWorthIt) {
      this.tooMany = tried;
    }
    if (isMore === isWorthIt) {
      this.best = tried;
      this.known = sample;
      this.lookAfter = LOOK_AFTER;
      this.remember();
    }
    if (isMore || !isWorthIt) {
      this.tryAnother();
    } else {
      this.looksDown = false;
      this.rest();
    }
  }

  /** The best has been measured: compare it with another number, unless all is known. */
  private tryAnother(): void {
    const next = this.next();
    if (next === this.best) {
      this.looksDown = true;
      this.rest();
    } else {
      this.tried = next;
      this.measurement.restart();
    }
  }

  private next(): number {
    const { best, isClimbing, known, looksDown, tooMany } = this;
    if (tooMany < Infinity) {
      return between(best, tooMany);
    }
    if (looksDown && !isClimbing && best > FEWEST) {
      return Math.max(FEWEST, Math.round(best / STEP));
    }
    const room = Math.floor((known?.rate ?? 0) / LEAST_OF_EACH);
    const more = best * (isClimbing ? CLIMB : STEP);
    return Math.max(best, Math.min(more, this.way.most, room));
  }

  /** Keep to the best for a while. */
  private rest(): void {
    this.giveUp();
    this.isClimbing = false;
    this.nextLook = this.clock() + this.lookAfter;
    this.lookAfter = Math.min(LOOK_AT_LAST, this.lookAfter * 2);
    if (this.hasArrivedSinceFault) {
      this.remember();
    }
  }

  private remember(): void {
    if (this.best !== this.learnt) {
      this.learnt = this.best;
      this.onLearnt(this.best);
    }
  }

  /** Back to the best, which has to be measured again before anything is compared with it. */
  private giveUp(): void {
    this.tried = null;
    this.known = null;
    this.tooMany = Infinity;
    this.measurement.restart();
  }

  /** Some proxies allow a client only so many requests at once. Of all that fail together, one counts. */
  private fail(): void {
    if (this.hasArrivedSinceFault) {
      this.hasArrivedSinceFault = false;
      if (this.tried === null) {
        this.best = Math.max(FEWEST, Math.floor(this.best / STEP));
      }
      this.looksDown = false;
      this.rest();
    }
  }

  /** Do what may change the limit. */
  private change(act: () => void): void {
    const before = this.limit;
    act();
    if (this.limit > before) {
      this.onRise();
    }
  }
}

/** A number between two; the lower one where they are close. */
function between(fewer: number, more: number): number {
  return more / fewer > CLOSE ? Math.round(Math.sqrt(fewer * more)) : fewer;
}
