import type { ISource, ITree } from '../engine/ports';

/** What a person picked or dropped at once. */
export interface IPicked {
  readonly files: readonly ISource[];
  readonly trees: readonly ITree[];
}
