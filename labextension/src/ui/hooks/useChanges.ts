import * as React from 'react';
import type { IListenable } from '../../engine/emitter';

/** Render again whenever something changes that is not React's. */
export function useChanges(changed: IListenable<void>): void {
  const [, render] = React.useReducer((version: number) => version + 1, 0);
  React.useEffect(() => {
    // What changed between the first render and this subscription would otherwise stay unseen.
    render();
    return changed.subscribe(() => render());
  }, [changed]);
}
