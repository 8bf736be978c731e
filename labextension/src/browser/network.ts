import type { IListenable } from '../engine/emitter';
import type { INetwork } from '../engine/ports';

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY = 10_000;

/** Milliseconds between two looks that only a sleeping computer explains: a tab in the background looks once a minute. */
const SLEPT = 90_000;

/** What the browser knows of the network, and every sign that it is worth trying again. */
export class BrowserNetwork implements INetwork {
  /** @param baseUrl - of the server, whose requests tell how others travel. */
  constructor(private readonly baseUrl: string) {}

  get online(): boolean {
    return navigator.onLine;
  }

  get protocol(): string | null {
    const last = performance
      .getEntriesByType('resource')
      .filter(isResource)
      // Empty for what came from a cache.
      .filter(
        ({ name, nextHopProtocol }) =>
          nextHopProtocol !== '' && name.startsWith(this.baseUrl)
      )
      .at(-1);
    return last?.nextHopProtocol ?? null;
  }

  readonly changed: IListenable<void> = {
    subscribe: listener => {
      const end = new AbortController();
      const on = (target: EventTarget, ...events: readonly string[]) => {
        for (const event of events) {
          target.addEventListener(event, () => listener(), {
            signal: end.signal
          });
        }
      };
      on(window, 'online', 'offline');
      // A person who comes back may have opened the laptop, or logged in again in another tab.
      on(window, 'focus', 'pageshow');
      on(document, 'visibilitychange');
      const stopLooking = onWakeUp(listener);
      return () => {
        end.abort();
        stopLooking();
      };
    }
  };
}

/** Call `listener` after the computer slept, of which browsers tell nothing: only the clock shows it. */
function onWakeUp(listener: () => void): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const slept = now - last > SLEPT;
    last = now;
    if (slept) {
      listener();
    }
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}

function isResource(
  entry: PerformanceEntry
): entry is PerformanceResourceTiming {
  return entry.entryType === 'resource';
}
