/**
 * One transfer.
 */

import type { LabIcon } from '@jupyterlab/ui-components';
import {
  checkIcon,
  closeIcon,
  errorIcon,
  fileIcon,
  pauseIcon,
  refreshIcon,
  runIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ITransfer } from '../engine/ports';
import { splitName } from './filename';
import { percentage } from './format';
import type { ILanguage } from './language';
import { Notice } from './notice';
import { Progress } from './progress';
import { isOver, stateInWords } from './states';

/** What the buttons of a row do. */
export interface IRowActions {
  readonly pause: (transfer: ITransfer) => void;
  readonly resume: (transfer: ITransfer) => void;
  readonly cancel: (transfer: ITransfer) => void;
  readonly retry: (transfer: ITransfer) => void;
}

interface IRowProps {
  readonly transfer: ITransfer;
  readonly actions: IRowActions;
  readonly language: ILanguage;
}

/** A row renders again only when its transfer is another object: nine of ten do not move at any moment. */
export const Row = React.memo(({ transfer, actions, language }: IRowProps) => {
  const { trans, format } = language;
  const { name, folder, size, sent, state, rate, timeLeft } = transfer;
  const focus = useKeptFocus();

  const percent = state === 'done' ? 100 : percentage(sent, size);
  const stateText = stateInWords(trans, state);
  const over = isOver(state);
  const sizeText =
    over || sent === 0 ? format.bytes(size) : format.share(sent, size);
  const moving = state === 'uploading';

  return (
    <li
      {...focus}
      className="jp-BigUpload-row"
      data-state={state}
      aria-label={folder ? trans.__('%1 in %2', name, folder) : name}
      tabIndex={-1}
    >
      <StateIcon transfer={transfer} />
      <Name transfer={transfer} />
      <Progress
        label={trans.__('Progress of %1', name)}
        percent={percent}
        text={[format.percent(percent), sizeText, stateText].join(', ')}
      />
      <div className="jp-BigUpload-figures">
        <span className="jp-BigUpload-percent">
          {!over && format.percent(percent)}
        </span>
        <span className="jp-BigUpload-state">{stateText}</span>
        <span className="jp-BigUpload-size">{sizeText}</span>
        <span className="jp-BigUpload-rate">
          {moving && rate !== null && format.rate(rate)}
        </span>
        <span className="jp-BigUpload-timeLeft">
          {moving && timeLeft !== null && format.timeLeft(timeLeft)}
        </span>
      </div>
      <Buttons transfer={transfer} actions={actions} language={language} />
      <Notice transfer={transfer} language={language} />
    </li>
  );
});
Row.displayName = 'Row';

/** The name, shortened in its middle where it does not fit, and the folder behind it. */
function Name(props: { readonly transfer: ITransfer }): React.ReactElement {
  const { name, folder, path } = props.transfer;
  const [head, tail] = React.useMemo(() => splitName(name), [name]);
  return (
    <div className="jp-BigUpload-name" title={path}>
      <span className="jp-BigUpload-nameHead">{head}</span>
      <span className="jp-BigUpload-nameTail">{tail}</span>
      {folder && <span className="jp-BigUpload-folder">{folder}</span>}
    </div>
  );
}

function StateIcon(props: {
  readonly transfer: ITransfer;
}): React.ReactElement {
  const { state } = props.transfer;
  const icon =
    state === 'done' ? checkIcon : state === 'failed' ? errorIcon : fileIcon;
  return (
    <icon.react className="jp-BigUpload-icon" tag="span" elementSize="normal" />
  );
}

/** Pause, resume and retry are one button that changes, and keeps the focus while it does. */
function Buttons({
  transfer,
  actions,
  language: { trans }
}: IRowProps): React.ReactElement {
  const { name, can } = transfer;
  const main = can.pause
    ? { icon: pauseIcon, label: trans.__('Pause %1', name), act: actions.pause }
    : can.resume
      ? {
          icon: runIcon,
          label: trans.__('Resume %1', name),
          act: actions.resume
        }
      : can.retry
        ? {
            icon: refreshIcon,
            label: trans.__('Retry %1', name),
            act: actions.retry
          }
        : null;
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
          label={trans.__('Cancel %1', name)}
          onClick={() => actions.cancel(transfer)}
        />
      )}
    </div>
  );
}

function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
}): React.ReactElement {
  const { icon, label, onClick } = props;
  return (
    <button
      type="button"
      className="jp-BigUpload-iconButton"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <icon.react
        className="jp-BigUpload-buttonIcon"
        tag="span"
        elementSize="normal"
      />
    </button>
  );
}

/** Gives the row the focus when its button that has it goes away, so that the keyboard stays where it was. */
function useKeptFocus(): React.HTMLAttributes<HTMLLIElement> &
  React.RefAttributes<HTMLLIElement> {
  const row = React.useRef<HTMLLIElement>(null);
  const within = React.useRef(false);
  React.useLayoutEffect(() => {
    // A browser gives the focus of a node that is removed to the body.
    if (within.current && document.activeElement === document.body) {
      row.current?.focus();
    }
  });
  return {
    ref: row,
    onFocus: () => {
      within.current = true;
    },
    onBlur: () => {
      within.current = false;
    }
  };
}
