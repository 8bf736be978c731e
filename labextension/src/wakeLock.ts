import type { ITransfers, TransferState } from './engine/ports';

/** In these, a computer that falls asleep would interrupt something. */
const AT_WORK: ReadonlySet<TransferState> = new Set([
  'uploading',
  'comparing',
  'finishing'
]);

/**
 * Keep the computer awake while bytes move, where the browser can (secure contexts only).
 *
 * Browsers end the lock of a page that is hidden; it is taken again when the page is seen again.
 */
export function keepAwake(transfers: ITransfers): void {
  if (!('wakeLock' in navigator)) {
    return;
  }
  const lock = new WakeLock(() =>
    transfers.transfers.some(({ state }) => AT_WORK.has(state))
  );
  transfers.changed.subscribe(() => void lock.update());
  document.addEventListener('visibilitychange', () => void lock.askAgain());
}

/** Holds the lock of the browser while it is wanted. */
class WakeLock {
  constructor(private readonly isWanted: () => boolean) {}

  /** Take the lock or let go of it, as is wanted now. Never rejects. */
  async update(): Promise<void> {
    if (this.updating || this.refused) {
      return;
    }
    this.updating = true;
    try {
      // What is wanted may change while the browser answers.
      while (this.isWanted() !== this.isHeld && !document.hidden) {
        if (this.isHeld) {
          await this.sentinel?.release();
        } else {
          this.sentinel = await navigator.wakeLock.request('screen');
        }
      }
    } catch {
      // For example on a battery that is nearly empty: the upload goes on without.
      this.refused = true;
    } finally {
      this.updating = false;
    }
  }

  /** The same, in spite of an earlier refusal. */
  async askAgain(): Promise<void> {
    this.refused = false;
    await this.update();
  }

  private get isHeld(): boolean {
    return this.sentinel !== null && !this.sentinel.released;
  }

  private sentinel: WakeLockSentinel | null = null;
  private updating = false;
  private refused = false;
}
