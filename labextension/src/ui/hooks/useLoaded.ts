import * as React from 'react';
import { messageOf } from '../text/messages';

/** What is being fetched, what came, or why it did not. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'loaded'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string };

/**
 * Fetch something once, and again on request.
 *
 * @param load - a new function fetches anew: wrap it in `useCallback`.
 */
export function useLoaded<T>(load: () => Promise<T>): {
  readonly loaded: Loaded<T>;
  readonly again: () => void;
} {
  const [loaded, setLoaded] = React.useState<Loaded<T>>({ state: 'loading' });
  const [attempt, again] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    let wanted = true;
    setLoaded({ state: 'loading' });
    load().then(
      value => wanted && setLoaded({ state: 'loaded', value }),
      (error: unknown) =>
        wanted && setLoaded({ state: 'failed', message: messageOf(error) })
    );
    return () => {
      wanted = false;
    };
  }, [load, attempt]);
  return { loaded, again };
}
