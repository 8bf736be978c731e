import * as React from 'react';

import type { ITransfers } from '../engine/ports';

/** Render again whenever a transfer or the totals change. */
export function useTransfers(transfers: ITransfers): void {
  const [, render] = React.useReducer((version: number) => version + 1, 0);
  React.useEffect(() => {
    // What changed between the first render and this subscription would otherwise stay unseen.
    render();
    return transfers.changed.subscribe(render);
  }, [transfers]);
}
