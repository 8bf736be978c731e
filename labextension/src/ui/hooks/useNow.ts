import * as React from 'react';

/**
 * Render again as time passes.
 *
 * @param every - milliseconds.
 * @returns milliseconds since 1970.
 */
export function useNow(every: number): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
