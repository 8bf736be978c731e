/** A listener and how to stop it: the engine's only event mechanism. */
export interface IListenable<T> {
  /** @returns a function that ends the subscription. */
  subscribe(listener: (value: T) => void): () => void;
}

/** Tells whoever listens. A listener that throws harms neither the engine nor the other listeners. */
export class Emitter<T> implements IListenable<T> {
  private readonly listeners = new Set<(value: T) => void>();

  subscribe(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and each subscription ends by itself.
    const subscription = (value: T) => listener(value);
    this.listeners.add(subscription);
    return () => this.listeners.delete(subscription);
  }

  emit(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/**
 * `action`, put off so that it runs at most once in `interval` milliseconds, and once after the last call.
 *
 * Never runs inside the call itself: the caller may be in the middle of a change.
 */
export function throttled(action: () => void, interval: number): () => void {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(
      () => {
        timer = null;
        last = Date.now();
        action();
      },
      Math.max(0, last + interval - Date.now())
    );
  };
}
