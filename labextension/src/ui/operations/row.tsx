import {
  checkIcon,
  closeIcon,
  errorIcon,
  refreshIcon,
  settingsIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import { isOver } from '../../engine/model';
import type {
  IMade,
  IOperation,
  ITrouble
} from '../../engine/operations/model';
import { HOME } from '../../engine/ports';
import type { IComparison } from '../../engine/tables/versions';
import { Icon } from '../controls/icon';
import { IconButton } from '../controls/iconButton';
import { Progress } from '../controls/progress';
import { placeOf, titleOf } from '../destinations/places';
import { useKeptFocus } from '../hooks/useKeptFocus';
import type { IPlace } from '../panel/placedLine';
import { placed } from '../panel/placedLine';
import { splitName } from '../text/filename';
import { percentage } from '../text/format';
import type { ILanguage } from '../text/language';
import {
  operationStateInWords,
  progressInWords,
  rateInWords,
  subjectOf
} from '../text/operationText';
import { Outcome } from './outcome';

/** What the buttons of an operation do. */
export interface IOperationActions {
  readonly cancel: (operation: IOperation) => void;
  readonly again: (operation: IOperation) => void;
  /** Go to it in the list of its folder. */
  readonly show: (made: IMade) => void;
  /** Null where Jupyter has nothing that opens it. */
  readonly opener: (made: IMade) => (() => void) | null;
  /** Show it as a table; null where it is none. */
  readonly viewer: (made: IMade) => (() => void) | null;
  /** Show the code that opens it. */
  readonly showCode: (made: IMade) => void;
  /** Show what an import would change. */
  readonly showChanges: (comparison: IComparison) => void;
}

interface IRowProps extends IPlace {
  readonly operation: IOperation;
  readonly trouble: ITrouble | null;
  readonly destinations: IDestinations;
  readonly actions: IOperationActions;
  readonly language: ILanguage;
  readonly loginUrl: string;
}

/** What the server does with a file or a folder. Renders again only when that changes. */
export const OperationRow = React.memo((props: IRowProps) => {
  const { operation, trouble, destinations, actions, language } = props;
  const { loginUrl, measure } = props;
  const { trans, format } = language;
  const { state, destination, folder, progress, rate, timeLeft } = operation;
  const { ref, ...focus } = useKeptFocus<HTMLLIElement>();
  const subject = subjectOf(operation, language);
  const place = placeOf(destinations.list, { destination, folder });
  const percent = percentOf(operation);
  const stateText = operationStateInWords(trans, state);
  const size = progressInWords(
    // The last report may come before the end.
    state === 'done'
      ? { ...progress, done: progress.total ?? progress.done }
      : progress,
    language
  );
  const percentText = percent === null ? '' : format.percent(percent);

  return (
    <li
      {...placed(props)}
      {...focus}
      ref={element => {
        (ref as React.MutableRefObject<HTMLLIElement | null>).current = element;
        measure(element);
      }}
      className="jp-BigUpload-row jp-BigUpload-operation"
      data-state={state}
      aria-label={place ? trans.__('%1 in %2', subject, place) : subject}
      tabIndex={-1}
    >
      <Icon icon={iconOf(operation)} className="jp-BigUpload-icon" />
      <Name
        operation={operation}
        destinations={destinations}
        language={language}
      />
      <Progress
        label={trans.__('Progress of %1', subject)}
        percent={percent}
        text={[percentText, size, stateText].filter(Boolean).join(', ')}
      />
      <div className="jp-BigUpload-figures">
        <span className="jp-BigUpload-percent">
          {!isOver(state) && percentText}
        </span>
        <span className="jp-BigUpload-state">{stateText}</span>
        <span className="jp-BigUpload-size">{size}</span>
        <span className="jp-BigUpload-rate">
          {rate !== null && rateInWords(rate, progress.unit, language)}
        </span>
        <span className="jp-BigUpload-timeLeft">
          {timeLeft !== null && format.timeLeft(timeLeft)}
        </span>
      </div>
      <div className="jp-BigUpload-buttons">
        {state === 'failed' ? (
          <IconButton
            icon={refreshIcon}
            label={trans.__('Try %1 again', subject)}
            onClick={() => actions.again(operation)}
          />
        ) : (
          <span />
        )}
        {!isOver(state) && state !== 'cancelling' && (
          <IconButton
            icon={closeIcon}
            label={trans.__('Cancel %1', subject)}
            onClick={() => actions.cancel(operation)}
          />
        )}
      </div>
      <Outcome
        operation={operation}
        trouble={trouble}
        actions={actions}
        language={language}
        loginUrl={loginUrl}
      />
    </li>
  );
});
OperationRow.displayName = 'OperationRow';

/** The name of the file, shortened in its middle where it does not fit; what is done with it, and where it is. */
function Name({
  operation,
  destinations: { list },
  language: { trans }
}: Pick<
  IRowProps,
  'operation' | 'destinations' | 'language'
>): React.ReactElement {
  const { destination, path, name, folder, title, parameters } = operation;
  const [head, tail] = React.useMemo(() => splitName(name), [name]);
  const { to, folder: toFolder } = parameters;
  const target =
    typeof to === 'string'
      ? placeOf(list, {
          destination: to,
          folder: typeof toFolder === 'string' ? toFolder : ''
        }) || titleOf(list, to)
      : null;
  const what = target === null ? title : trans.__('%1 to %2', title, target);
  return (
    <div className="jp-BigUpload-name" title={`${what}: ${path || name}`}>
      <span className="jp-BigUpload-nameHead">{head}</span>
      <span className="jp-BigUpload-nameTail">{tail}</span>
      <span className="jp-BigUpload-badge">{what}</span>
      {destination !== HOME && (
        <span className="jp-BigUpload-bucket">
          {titleOf(list, destination)}
        </span>
      )}
      {folder && <span className="jp-BigUpload-folder">{folder}</span>}
    </div>
  );
}

/** Null where nobody knows. */
function percentOf({ state, progress }: IOperation): number | null {
  if (state === 'done') {
    return 100;
  }
  if (progress.total === null) {
    return isOver(state) || state === 'queued' ? 0 : null;
  }
  return percentage(progress.done, progress.total);
}

function iconOf({
  state
}: IOperation): React.ComponentProps<typeof Icon>['icon'] {
  return state === 'done'
    ? checkIcon
    : state === 'failed'
      ? errorIcon
      : settingsIcon;
}
