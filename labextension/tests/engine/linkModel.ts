import { Parallelism } from '../../src/engine/link/parallelism';
import type { IFlight } from '../../src/engine/link/parallelism';

/** Milliseconds of a step, and between two events of progress, as in browsers. */
const STEP = 10;
const PROGRESS_EVERY = 100;

interface ILinkModel {
  readonly protocol: string | null;
  /** Milliseconds there and back. */
  readonly roundTrip: number;
  /** Bytes that a request, and all of them together, may have under way. */
  readonly window?: number;
  readonly sharedWindow?: number;
  /** Bytes a millisecond of all together. */
  readonly rate?: number;
  /** How much the rate of a chunk changes by itself, from second to second: 0 not at all, 1 down to nothing. */
  readonly noise?: number;
  /** Bytes of a chunk. */
  readonly chunk?: number;
}

interface IFlying {
  readonly flight: IFlight;
  /** Bytes left, milliseconds until it may go on or is answered, and a factor of its own. */
  left: number;
  pause: number;
  luck: number;
  toProgress: number;
}

/** A page that always has more to send, over a link whose limits are known, in a time of its own. */
export class LinkModel {
  now = 0;
  sent = 0;
  link: ILinkModel;
  mostInFlight = 0;
  readonly learnt: number[] = [];
  readonly parallelism: Parallelism;
  private flying: IFlying[] = [];
  private seed = 1;

  constructor(link: ILinkModel) {
    this.link = link;
    this.parallelism = new Parallelism(
      // It may become another one.
      Object.defineProperty({ protocol: link.protocol }, 'protocol', {
        get: () => this.link.protocol
      }),
      () => undefined,
      chunks => this.learnt.push(chunks),
      () => this.now
    );
  }

  /** Let time pass; the bytes a millisecond that went out. */
  pass(milliseconds: number, chunksThereAre = Infinity): number {
    const { sent } = this;
    for (const end = this.now + milliseconds; this.now < end;) {
      this.step(chunksThereAre);
    }
    return (this.sent - sent) / milliseconds;
  }

  /** The connection ends, and with it all that is under way. */
  break(): void {
    for (const { flight } of this.flying.splice(0)) {
      flight.end({ arrived: false, isFault: true });
    }
  }

  private step(chunksThereAre: number): void {
    const { chunk = 4_000_000, rate = Infinity, roundTrip } = this.link;
    const { window = Infinity, sharedWindow = Infinity } = this.link;
    this.now += STEP;
    while (
      this.flying.length < Math.min(this.parallelism.limit, chunksThereAre)
    ) {
      this.flying.push({
        flight: this.parallelism.begin(chunk),
        left: chunk,
        pause: roundTrip / 2,
        luck: 1,
        toProgress: PROGRESS_EVERY
      });
    }
    this.mostInFlight = Math.max(this.mostInFlight, this.flying.length);
    const moving = this.flying.filter(
      one => one.left > 0 && (one.pause -= STEP) <= 0
    );
    const most = Math.min(rate, sharedWindow / roundTrip);
    const each = Math.min(window / roundTrip, most / moving.length);
    for (const one of moving) {
      if (this.now % 1_000 < STEP) {
        one.luck = 1 - (this.link.noise ?? 0) * this.random();
      }
      const moved = Math.min(one.left, each * one.luck * STEP);
      one.left -= moved;
      this.sent += moved;
      one.toProgress -= STEP;
      if (one.left <= 0) {
        one.pause = roundTrip;
      }
      if (one.toProgress <= 0 || one.left <= 0) {
        one.toProgress = PROGRESS_EVERY;
        one.flight.advance(chunk - one.left);
      }
    }
    this.flying = this.flying.filter(one => {
      const isOver = one.left <= 0 && (one.pause -= STEP) <= 0;
      if (isOver) {
        one.flight.end({ arrived: true });
      }
      return !isOver;
    });
  }

  /** In `[0, 1)`, the same ones each time. */
  private random(): number {
    this.seed = (this.seed * 16_807) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }
}
