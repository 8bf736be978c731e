import * as React from 'react';
import type { ITransfer } from '../../engine/model';
import { isOver } from '../../engine/model';
import { Progress } from '../../ui/controls/progress';
import { useKeptFocus } from '../../ui/hooks/useKeptFocus';
import { Notice } from '../../ui/panel/notice';
import { stateInWords } from '../../ui/panel/states';
import { splitName } from '../../ui/text/filename';
import { percentage } from '../../ui/text/format';
import { english } from '../english';
import type { IRow } from '../session';
import { IconButton, Icon } from './icons';
import type { IconName } from './icons';
import { Question } from './question';
import type { IQuestionActions } from './question';

const { trans, format } = english;

/** What the buttons of a row do. */
export interface IRowActions extends IQuestionActions {
  readonly pause: (row: IRow) => void;
  /** Asks for the file where this page does not have it. */
  readonly resume: (row: IRow) => void;
  readonly retry: (row: IRow) => void;
  readonly remove: (row: IRow) => void;
}

interface IRowProps {
  readonly row: IRow;
  readonly actions: IRowActions;
  readonly loginUrl: string;
  /** What was wrong with the file that was picked to go on with. */
  readonly problem: string | null;
}

/** One file: how far it is, what stands in its way, and what can be done. */
export function Row({
  row,
  actions,
  loginUrl,
  problem
}: IRowProps): React.ReactElement {
  const { transfer, question } = row;
  const { name, state, sent, acknowledged, size, path } = transfer;
  const focus = useKeptFocus<HTMLLIElement>();
  const [head, tail] = splitName(name);
  const percent = state === 'done' ? 100 : percentage(sent, size);
  const kept = state === 'done' ? 100 : percentage(acknowledged, size);
  const text = [format.percent(percent), stateInWords(trans, state)].join(', ');
  return (
    <li
      {...focus}
      className="jp-BigUploadWidget-row"
      data-state={state}
      aria-label={name}
      tabIndex={-1}
    >
      <Icon name={iconOf(transfer)} />
      <div className="jp-BigUploadWidget-name" title={path}>
        <span className="jp-BigUploadWidget-nameHead">{head}</span>
        <span className="jp-BigUploadWidget-nameTail">{tail}</span>
      </div>
      <Figures transfer={transfer} percent={percent} />
      <Buttons row={row} actions={actions} />
      {state !== 'done' && state !== 'skipped' && (
        <Progress
          label={trans.__('Progress of %1', name)}
          percent={percent}
          kept={kept}
          text={text}
        />
      )}
      {question !== null ? (
        <Question row={row} question={question} actions={actions} />
      ) : (
        <Notice transfer={transfer} language={english} loginUrl={loginUrl} />
      )}
      {problem !== null && (
        <p className="jp-BigUploadWidget-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

function iconOf({ state }: ITransfer): IconName {
  return state === 'done' || state === 'failed' ? state : 'file';
}

/** `45% · 1.2 GB of 2.7 GB · 110 MB/s · 12 s left`, or the size and what became of it. */
function Figures(props: {
  readonly transfer: ITransfer;
  readonly percent: number;
}): React.ReactElement {
  const { state, sent, size, rate, timeLeft } = props.transfer;
  const isMoving = state === 'uploading';
  return (
    <div className="jp-BigUploadWidget-figures">
      <span className="jp-BigUploadWidget-state">
        {stateInWords(trans, state)}
      </span>
      {!isOver(state) && sent > 0 && (
        <span>{format.percent(props.percent)}</span>
      )}
      <span>
        {isOver(state) || sent === 0
          ? format.bytes(size)
          : format.share(sent, size)}
      </span>
      {isMoving && rate !== null && <span>{format.rate(rate)}</span>}
      {isMoving && timeLeft !== null && (
        <span>{format.timeLeft(timeLeft)}</span>
      )}
    </div>
  );
}

function Buttons(props: {
  readonly row: IRow;
  readonly actions: IRowActions;
}): React.ReactElement {
  const { row, actions } = props;
  const { can, name, state } = row.transfer;
  const main = mainButton(can, name, actions);
  return (
    <div className="jp-BigUploadWidget-buttons">
      {main !== null && (
        <IconButton
          name={main.icon}
          label={main.label}
          onClick={() => main.act(row)}
        />
      )}
      {state !== 'finishing' && (
        <IconButton
          name="close"
          label={
            isOver(state) && !can.cancel
              ? trans.__('Take %1 off the list', name)
              : trans.__('Cancel %1', name)
          }
          onClick={() => actions.remove(row)}
        />
      )}
    </div>
  );
}

/** Pause, resume and retry are one button that changes, and keeps the focus while it does. */
function mainButton(
  can: ITransfer['can'],
  name: string,
  { pause, resume, retry }: IRowActions
): {
  readonly icon: IconName;
  readonly label: string;
  readonly act: (row: IRow) => void;
} | null {
  if (can.pause) {
    return { icon: 'pause', label: trans.__('Pause %1', name), act: pause };
  }
  if (can.resume) {
    return { icon: 'resume', label: trans.__('Resume %1', name), act: resume };
  }
  return can.retry
    ? { icon: 'retry', label: trans.__('Retry %1', name), act: retry }
    : null;
}
