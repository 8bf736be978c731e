import type { FolderKind } from '../../destinations';
import type { ILanguage } from '../text/language';

/** @returns what people call such a folder. */
export function folderKind(kind: FolderKind, { trans }: ILanguage): string {
  switch (kind) {
    case 'zarr':
      return trans.__('Zarr store');
    case 'parquet':
      return trans.__('Parquet dataset');
  }
}
