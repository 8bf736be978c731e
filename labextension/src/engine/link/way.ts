import type { INetwork } from '../ports';

/** How chunks travel side by side. */
export interface IWay {
  /** Most chunks in flight. */
  readonly most: number;
  /** Milliseconds after a change until it shows: new connections begin slowly, and fill the buffers before them. */
  readonly settling: number;
  /** Milliseconds for which rates are taken at least. */
  readonly interval: number;
}

/** A connection each: browsers open six to a host, of which JupyterLab needs one. */
export const SEPARATE: IWay = { most: 5, settling: 1_000, interval: 2_000 };

/** Streams of one connection: each is held to a window a round trip, and costs next to nothing. */
export const MULTIPLEXED: IWay = { most: 32, settling: 100, interval: 400 };

export function wayOf({ protocol }: Pick<INetwork, 'protocol'>): IWay {
  return protocol === 'h2' || protocol === 'h3' ? MULTIPLEXED : SEPARATE;
}
