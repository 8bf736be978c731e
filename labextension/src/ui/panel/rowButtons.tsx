import {
  caretDownIcon,
  caretUpIcon,
  closeIcon,
  pauseIcon,
  refreshIcon,
  runIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ITransfer } from '../../engine/model';
import { IconButton } from '../controls/iconButton';
import { MoreButton } from '../controls/moreButton';
import type { ILanguage } from '../text/language';
import { nameOf } from '../text/treeText';

/** What the buttons of a row do. */
export interface IRowActions {
  readonly pause: (transfer: ITransfer) => void;
  readonly resume: (transfer: ITransfer) => void;
  readonly cancel: (transfer: ITransfer) => void;
  readonly retry: (transfer: ITransfer) => void;
  readonly computeChecksum: (transfer: ITransfer) => void;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
  /** Open a menu of what can be done with what arrived so far; null where that is nothing. */
  readonly more: (transfer: ITransfer) => OpenMenu | null;
}

/** @param isByPointer - a key or a screen reader clicks without one. */
type OpenMenu = (button: HTMLElement, isByPointer: boolean) => void;

interface IRowButtonsProps {
  readonly transfer: ITransfer;
  readonly actions: IRowActions;
  readonly language: ILanguage;
  /** The part of the row that shows more about a file that is done. */
  readonly details: {
    readonly id: string;
    readonly open: boolean;
    readonly toggle: () => void;
  };
}

/** Two places, for whatever a state allows. */
export function RowButtons(props: IRowButtonsProps): React.ReactElement {
  const { transfer, actions, language, details } = props;
  const { trans } = language;
  const { can, state, tree } = transfer;
  const name = nameOf(transfer, language);
  const main = mainButton(props);
  const more = actions.more(transfer);
  return (
    <div className="jp-BigUpload-buttons">
      {main ? (
        <IconButton
          icon={main.icon}
          label={main.label}
          onClick={() => main.act(transfer)}
        />
      ) : (
        <span />
      )}
      {can.cancel && (
        <IconButton
          icon={closeIcon}
          label={
            state === 'unfinished'
              ? trans.__('Remove %1', name)
              : trans.__('Cancel %1', name)
          }
          onClick={() => actions.cancel(transfer)}
        />
      )}
      {more !== null && (
        <MoreButton name={name} open={more} language={language} />
      )}
      {(tree === null ? state === 'done' : tree.isListed) && (
        <IconButton
          icon={details.open ? caretUpIcon : caretDownIcon}
          label={
            tree === null
              ? trans.__('Details of %1', name)
              : trans.__('Files of %1', name)
          }
          aria-expanded={details.open}
          aria-controls={details.id}
          onClick={details.toggle}
        />
      )}
    </div>
  );
}

/** Pause, resume and retry are one button that changes, and keeps the focus while it does. */
function mainButton({ transfer, actions, language }: IRowButtonsProps): {
  icon: LabIcon;
  label: string;
  act: (transfer: ITransfer) => void;
} | null {
  const { can, tree } = transfer;
  const { trans } = language;
  const name = nameOf(transfer, language);
  if (can.pause) {
    return {
      icon: pauseIcon,
      label: trans.__('Pause %1', name),
      act: actions.pause
    };
  }
  if (can.resume) {
    return {
      icon: runIcon,
      label: trans.__('Resume %1', name),
      act: actions.resume
    };
  }
  if (can.retry) {
    return {
      icon: refreshIcon,
      label:
        tree === null
          ? trans.__('Retry %1', name)
          : trans.__('Retry what failed of %1', name),
      act: actions.retry
    };
  }
  return null;
}
