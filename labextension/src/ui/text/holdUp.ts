import type { ITransfers } from '../../engine/model';

/** What keeps bytes from moving until something outside of this page happens. */
export type HoldUp = 'login' | 'offline';

/** @returns null while nothing of the kind does. A login is named first: it takes the person. */
export function holdUpOf({
  transfers
}: Pick<ITransfers, 'transfers'>): HoldUp | null {
  const reasons = new Set(
    transfers
      .filter(({ state }) => state === 'waiting')
      .map(({ error }) => error?.reason)
  );
  return reasons.has('unauthorized')
    ? 'login'
    : reasons.has('offline')
      ? 'offline'
      : null;
}
