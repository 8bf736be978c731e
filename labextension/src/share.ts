/** What BigUpload takes of what Jupyter would upload itself: the settings in schema/plugin.json. */

import { Emitter } from './engine/emitter';

const MIB = 2 ** 20;

export type Taken = 'everything' | 'large' | 'nothing';

/** What is needed of the settings. */
export interface ISettings {
  readonly composite: { readonly [name: string]: unknown };
}

export class Share {
  readonly changed = new Emitter<void>();

  /** As the settings say; what is no setting counts as the default. */
  set({ composite }: ISettings): void {
    const { takes, largeFrom } = composite;
    this.taken =
      takes === 'large' || takes === 'nothing' ? takes : 'everything';
    this.largeFromBytes =
      typeof largeFrom === 'number' && largeFrom >= 0
        ? largeFrom * MIB
        : DEFAULT_LARGE_FROM;
    this.changed.emit();
  }

  get takes(): Taken {
    return this.taken;
  }

  /** Bytes from which on a file is large. */
  get largeFrom(): number {
    return this.largeFromBytes;
  }

  /** Whether it takes a file of so many bytes. */
  takesFile(size: number): boolean {
    return (
      this.taken === 'everything' ||
      (this.taken === 'large' && size >= this.largeFromBytes)
    );
  }

  private taken: Taken = 'everything';
  private largeFromBytes = DEFAULT_LARGE_FROM;
}

const DEFAULT_LARGE_FROM = 20 * MIB;
