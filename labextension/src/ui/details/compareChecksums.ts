import type { IChecksum } from '../../engine/model';

/**
 * What the checksums of both ends say together.
 *
 * @returns `unknown` where there is nothing to compare with.
 */
export function compareChecksums({
  onServer,
  onThisComputer
}: Pick<IChecksum, 'onServer' | 'onThisComputer'>):
  'same' | 'different' | 'unknown' {
  if (onServer === null || onThisComputer === null) {
    return 'unknown';
  }
  return onServer === onThisComputer ? 'same' : 'different';
}
