import * as React from 'react';
import type { IDestinations } from '../../destinations';

/** Tries of destinations, all at once, of which each shows its outcome as soon as it has one. */
export function useChecks(destinations: IDestinations): {
  /** Names of those that are being tried now. */
  readonly running: ReadonlySet<string>;
  readonly start: () => void;
} {
  const [running, setRunning] = React.useState<ReadonlySet<string>>(new Set());
  const start = React.useCallback(() => {
    const names = destinations.list.map(({ name }) => name);
    setRunning(new Set(names));
    for (const name of names) {
      // A try that fails to be made tells no more than the list does already.
      void destinations
        .check(name)
        .catch(() => undefined)
        .then(() =>
          setRunning(before => new Set([...before].filter(n => n !== name)))
        );
    }
  }, [destinations]);
  return { running, start };
}
