import type { ITransfers } from '../../engine/model';

/** Let the browser ask before the page is left while bytes move. */
export function guardLeaving(transfers: ITransfers): void {
  window.addEventListener('beforeunload', event => {
    if (transfers.busy) {
      event.preventDefault();
    }
  });
}
