import {
  checkIcon,
  errorIcon,
  fileIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfer } from '../../engine/model';
import { isOver } from '../../engine/model';
import { HOME } from '../../engine/ports';
import { FolderBadge } from '../code/folderCode';
import { Details } from '../details/details';
import { splitName } from '../text/filename';
import { percentage } from '../text/format';
import { Icon } from '../controls/icon';
import type { ILanguage } from '../text/language';
import { Notice } from './notice';
import { addressOf, placeOf, titleOf } from '../destinations/places';
import { placed } from './placedLine';
import type { IPlace } from './placedLine';
import { Progress } from '../controls/progress';
import type { IRowActions } from './rowButtons';
import { RowButtons } from './rowButtons';
import { stateInWords } from './states';
import { nameOf } from '../text/treeText';
import { TreeDetails } from '../details/treeDetails';
import { useKeptFocus } from '../hooks/useKeptFocus';

interface IRowProps extends IPlace {
  readonly transfer: ITransfer;
  readonly destinations: IDestinations;
  readonly actions: IRowActions;
  readonly language: ILanguage;
  readonly loginUrl: string;
  /** Whether the details of a file, or the files of a tree, are shown. */
  readonly isOpen: boolean;
  readonly toggle: (key: string) => void;
}

/** Renders again only when its own transfer changes: transfers are immutable, and few of many move at any moment. */
export const Row = React.memo((props: IRowProps) => {
  const { transfer, destinations, actions, language, loginUrl } = props;
  const { isOpen, toggle, measure } = props;
  const { trans, format } = language;
  const { key, size, sent, acknowledged, state, rate, timeLeft } = transfer;
  const { tree } = transfer;
  const { ref, ...focus } = useKeptFocus<HTMLLIElement>();
  const name = nameOf(transfer, language);
  const place = placeOf(destinations.list, transfer);
  const detailsId = `jp-BigUpload-details-${key}`;

  const percent = state === 'done' ? 100 : percentage(sent, size);
  const kept = state === 'done' ? 100 : percentage(acknowledged, size);
  const DetailsOf = tree === null ? Details : TreeDetails;
  const stateText = stateInWords(trans, state);
  const over = isOver(state);
  const isMoving = state === 'uploading';
  const sizeText = over ? format.bytes(size) : format.share(sent, size);
  const text = [format.percent(percent), sizeText, stateText].join(', ');

  return (
    <li
      {...placed(props)}
      {...focus}
      ref={element => {
        (ref as React.MutableRefObject<HTMLLIElement | null>).current = element;
        measure(element);
      }}
      className="jp-BigUpload-row"
      data-state={state}
      aria-label={place ? trans.__('%1 in %2', name, place) : name}
      tabIndex={-1}
    >
      <StateIcon transfer={transfer} />
      <Name
        transfer={transfer}
        name={name}
        destinations={destinations}
        language={language}
      />
      <Progress
        label={trans.__('Progress of %1', name)}
        percent={percent}
        kept={kept}
        text={text}
      />
      <div className="jp-BigUpload-figures">
        <span className="jp-BigUpload-percent">
          {!over && format.percent(percent)}
        </span>
        <span className="jp-BigUpload-state">{stateText}</span>
        <span className="jp-BigUpload-size">
          <Size transfer={transfer} language={language} />
        </span>
        <span className="jp-BigUpload-rate">
          {isMoving && rate !== null && format.rate(rate)}
        </span>
        <span className="jp-BigUpload-timeLeft">
          {isMoving && timeLeft !== null && format.timeLeft(timeLeft)}
        </span>
      </div>
      <RowButtons
        transfer={transfer}
        actions={actions}
        language={language}
        details={{ id: detailsId, open: isOpen, toggle: () => toggle(key) }}
      />
      <Notice transfer={transfer} language={language} loginUrl={loginUrl} />
      {state === 'done' && isOpen && (
        <DetailsOf
          id={detailsId}
          transfer={transfer}
          destinations={destinations}
          language={language}
          computeChecksum={actions.computeChecksum}
          openFile={actions.openFile}
        />
      )}
    </li>
  );
});
Row.displayName = 'Row';

/** How much there is, and how much of it is on its way: that would have to leave again if the connection broke now. */
function Size(props: {
  readonly transfer: ITransfer;
  readonly language: ILanguage;
}): React.ReactElement {
  const { size, sent, acknowledged, state } = props.transfer;
  const { trans, format } = props.language;
  if (isOver(state) || sent === 0) {
    return <>{format.bytes(size)}</>;
  }
  const moving = state === 'uploading' ? sent - acknowledged : 0;
  return moving === 0 ? (
    <>{format.share(acknowledged, size)}</>
  ) : (
    <span title={trans.__('%1 more are on their way', format.bytes(moving))}>
      {trans.__(
        '%1 + %2 of %3',
        format.bytes(acknowledged),
        format.bytes(moving),
        format.bytes(size)
      )}
    </span>
  );
}

/** The name, shortened in its middle where it does not fit, and behind it the bucket and the folder. */
function Name(props: {
  readonly transfer: ITransfer;
  readonly name: string;
  readonly destinations: IDestinations;
  readonly language: ILanguage;
}): React.ReactElement {
  const { folder, path, destination, state, tree } = props.transfer;
  const { list } = props.destinations;
  const [head, tail] = React.useMemo(() => splitName(props.name), [props.name]);
  const place = list.find(one => one.name === destination);
  return (
    <div
      className="jp-BigUpload-name"
      title={(place && addressOf(place, path)) ?? path}
    >
      <span className="jp-BigUpload-nameHead">{head}</span>
      <span className="jp-BigUpload-nameTail">{tail}</span>
      {tree !== null && state === 'done' && props.transfer.name !== '' && (
        <FolderBadge {...props} destination={destination} path={path} />
      )}
      {destination !== HOME && (
        <span className="jp-BigUpload-bucket">
          {titleOf(list, destination)}
        </span>
      )}
      {folder && <span className="jp-BigUpload-folder">{folder}</span>}
    </div>
  );
}

function StateIcon(props: {
  readonly transfer: ITransfer;
}): React.ReactElement {
  const { state, tree } = props.transfer;
  const icon =
    state === 'done'
      ? checkIcon
      : state === 'failed'
        ? errorIcon
        : tree === null
          ? fileIcon
          : folderIcon;
  return <Icon icon={icon} className="jp-BigUpload-icon" />;
}
