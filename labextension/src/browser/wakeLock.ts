import type { ITransfers, TransferState } from '../engine/model';

/** In these, a computer that falls asleep would interrupt something. */
const AT_WORK: ReadonlySet<TransferState> = new Set([
  'uploading',
  'comparing',
  'finishing'
]);

/** Milliseconds after which the browser is asked again that has refused: what was in its way may be over. */
const ASK_AGAIN_AFTER = 5_000;

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
    if (this.updating || Date.now() < this.refusedUntil) {
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
      this.refusedUntil = Date.now() + ASK_AGAIN_AFTER;
    } finally {
      this.updating = false;
    }
  }

  /** The same, in spite of an earlier refusal. */
  async askAgain(): Promise<void> {
    this.refusedUntil = 0;
    await this.update();
  }

  private get isHeld(): boolean {
    return this.sentinel !== null && !this.sentinel.released;
  }

  private sentinel: WakeLockSentinel | null = null;
  private updating = false;
  /** Milliseconds since 1970. */
  private refusedUntil = 0;
}
