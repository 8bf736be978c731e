import { checkIcon, errorIcon, fileIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfer } from '../../engine/model';
import { isOver } from '../../engine/model';
import { HOME } from '../../engine/ports';
import { Details } from './details';
import { splitName } from '../text/filename';
import { percentage } from '../text/format';
import { Icon } from '../controls/icon';
import type { ILanguage } from '../text/language';
import { Notice } from './notice';
import { addressOf, placeOf, titleOf } from '../destinations/places';
import { Progress } from './progress';
import type { IRowActions } from './rowButtons';
import { RowButtons } from './rowButtons';
import { stateInWords } from './states';
import { useKeptFocus } from '../hooks/useKeptFocus';

interface IRowProps {
  readonly transfer: ITransfer;
  readonly destinations: IDestinations;
  readonly actions: IRowActions;
  readonly language: ILanguage;
  readonly loginUrl: string;
}

/** Renders again only when its own transfer changes: transfers are immutable, and few of many move at any moment. */
export const Row = React.memo((props: IRowProps) => {
  const { transfer, destinations, actions, language, loginUrl } = props;
  const { trans, format } = language;
  const { key, name, size, sent, state, rate, timeLeft } = transfer;
  const focus = useKeptFocus<HTMLLIElement>();
  const [open, setOpen] = React.useState(false);
  const place = placeOf(destinations.list, transfer);
  const detailsId = `jp-BigUpload-details-${key}`;

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
      aria-label={place ? trans.__('%1 in %2', name, place) : name}
      tabIndex={-1}
    >
      <StateIcon transfer={transfer} />
      <Name transfer={transfer} destinations={destinations} />
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
      <RowButtons
        transfer={transfer}
        actions={actions}
        language={language}
        details={{ id: detailsId, open, toggle: () => setOpen(!open) }}
      />
      <Notice transfer={transfer} language={language} loginUrl={loginUrl} />
      {state === 'done' && open && (
        <Details
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

/** The name, shortened in its middle where it does not fit, and behind it the bucket and the folder. */
function Name(props: {
  readonly transfer: ITransfer;
  readonly destinations: IDestinations;
}): React.ReactElement {
  const { name, folder, path, destination } = props.transfer;
  const { list } = props.destinations;
  const [head, tail] = React.useMemo(() => splitName(name), [name]);
  const place = list.find(one => one.name === destination);
  return (
    <div
      className="jp-BigUpload-name"
      title={(place && addressOf(place, path)) ?? path}
    >
      <span className="jp-BigUpload-nameHead">{head}</span>
      <span className="jp-BigUpload-nameTail">{tail}</span>
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
  const { state } = props.transfer;
  const icon =
    state === 'done' ? checkIcon : state === 'failed' ? errorIcon : fileIcon;
  return <Icon icon={icon} className="jp-BigUpload-icon" />;
}
