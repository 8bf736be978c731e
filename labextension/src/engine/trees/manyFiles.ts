import type { ISource, ITree } from '../ports';
import { isLarge } from './batches/batchSize';

/** More small files than that are one transfer: nobody follows each, and a request for each would take far longer. */
const MANY = 20;

/**
 * Of files that were picked together, those that are one transfer, and those that are one each.
 *
 * Names that are there twice are not one tree's.
 */
export function sorted(sources: readonly ISource[]): {
  readonly together: ITree | null;
  readonly single: readonly ISource[];
} {
  const small = sources.filter(source => !isLarge(source));
  const names = new Set(small.map(({ name }) => name));
  if (small.length <= MANY || names.size < small.length) {
    return { together: null, single: sources };
  }
  return {
    together: treeOf(small),
    single: sources.filter(isLarge)
  };
}

function treeOf(sources: readonly ISource[]): ITree {
  return {
    name: '',
    list: () =>
      Promise.resolve({
        files: sources.map(source => ({
          path: source.name,
          size: source.size,
          lastModified: source.lastModified,
          open: () => Promise.resolve(source)
        })),
        folders: [],
        unread: []
      })
  };
}
