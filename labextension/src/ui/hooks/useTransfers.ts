import type { ITransfers } from '../../engine/ports';
import { useChanges } from './useChanges';

/** Render again whenever a transfer or the totals change. */
export function useTransfers({ changed }: ITransfers): void {
  useChanges(changed);
}
