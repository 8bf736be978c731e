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
  pause(transfer: ITransfer): void;
  resume(transfer: ITransfer): void;
  cancel(transfer: ITransfer): void;
  retry(transfer: ITransfer): void;
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
  const row = React.useRef<HTMLLIElement>(null);

  const percent = state === 'done' ? 100 : percentage(sent, size);
  const stateText = stateInWords(trans, state);
  const over = isOver(state);
  const sizeText =
    over || sent === 0 ? format.bytes(size) : format.share(sent, size);
  const moving = state === 'uploading';

  return (
    <li
      ref={row}
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
        text={trans.__(
          '%1, %2, %3',
          format.percent(percent),
          sizeText,
          stateText
        )}
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
      <Buttons
        transfer={transfer}
        actions={actions}
        language={language}
        onGone={() => row.current?.focus()}
      />
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

/**
 * Pause, resume and retry are one button that changes, and keeps the focus while it does.
 */
function Buttons({
  transfer,
  actions,
  language: { trans },
  onGone
}: IRowProps & {
  /** Called before the button that has the focus goes away. */
  readonly onGone: () => void;
}): React.ReactElement {
  const { name, can } = transfer;
  return (
    <div className="jp-BigUpload-buttons">
      {can.pause ? (
        <IconButton
          key="main"
          icon={pauseIcon}
          label={trans.__('Pause %1', name)}
          onClick={() => actions.pause(transfer)}
        />
      ) : can.resume ? (
        <IconButton
          key="main"
          icon={runIcon}
          label={trans.__('Resume %1', name)}
          onClick={() => actions.resume(transfer)}
        />
      ) : can.retry ? (
        <IconButton
          key="main"
          icon={refreshIcon}
          label={trans.__('Retry %1', name)}
          onClick={() => actions.retry(transfer)}
        />
      ) : (
        <span />
      )}
      {can.cancel ? (
        <IconButton
          key="cancel"
          icon={closeIcon}
          label={trans.__('Cancel %1', name)}
          onClick={() => {
            onGone();
            actions.cancel(transfer);
          }}
        />
      ) : (
        <span />
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
