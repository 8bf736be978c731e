import {
  checkIcon,
  errorIcon,
  fileIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ITransfer, ITreeEntry, TreeEntryState } from '../../engine/model';
import { baseName } from '../text/filename';
import { Icon } from '../controls/icon';
import type { ILanguage } from '../text/language';
import { explain } from '../text/messages';
import { entryStateInWords } from '../text/treeText';
import { placed } from './placedLine';
import type { IPlace } from './placedLine';

interface IEntryRowProps extends ITreeEntry, IPlace {
  readonly tree: ITransfer;
  readonly language: ILanguage;
}

/** One file of an opened tree. */
export const EntryRow = React.memo((props: IEntryRowProps) => {
  const { tree, path, size, state, transfer, language, measure } = props;
  const { format } = language;
  const name = pathBelow(tree, path);
  const why = whyOf(props);
  return (
    <li
      {...placed(props)}
      ref={measure}
      className="jp-BigUpload-entry"
      data-state={state}
    >
      <Icon icon={iconOf(state, path)} className="jp-BigUpload-icon" />
      <span className="jp-BigUpload-entryPath" title={path}>
        <bdi>{name}</bdi>
      </span>
      <span className="jp-BigUpload-entryWhy" title={why ?? undefined}>
        {why}
      </span>
      <span className="jp-BigUpload-size">
        {transfer !== null && transfer.sent > 0
          ? format.share(transfer.sent, size)
          : format.bytes(size)}
      </span>
      <span className="jp-BigUpload-state">
        {entryStateInWords(language.trans, state)}
      </span>
    </li>
  );
});
EntryRow.displayName = 'EntryRow';

/** Everybody knows in which folder it is. */
function pathBelow({ name }: ITransfer, path: string): string {
  return name !== '' && path.startsWith(`${name}/`)
    ? path.slice(name.length + 1)
    : path;
}

function whyOf({ error, tree, path, language }: IEntryRowProps): string | null {
  if (error === null) {
    return null;
  }
  const name = baseName(path);
  return explain(language.trans, { ...tree, name, error });
}

function iconOf(
  state: TreeEntryState,
  path: string
): React.ComponentProps<typeof Icon>['icon'] {
  switch (state) {
    case 'new':
    case 'replaced':
    case 'renamed':
    case 'identical':
      return checkIcon;
    case 'failed':
      return errorIcon;
    case 'queued':
    case 'conflict':
    case 'sending':
    case 'skipped':
    case 'left-out':
      return path.endsWith('/') ? folderIcon : fileIcon;
  }
}
