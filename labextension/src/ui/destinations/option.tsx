import { checkIcon, errorIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestination } from '../../destinations';
import { Icon } from '../controls/icon';
import { iconOf } from '../controls/icons';
import type { ILanguage } from '../text/language';
import { explainDestination } from '../text/messages';

interface IOptionProps {
  readonly id: string;
  readonly destination: IDestination;
  readonly selected: boolean;
  /** It is what the keyboard is at. */
  readonly active: boolean;
  readonly checking: boolean;
  readonly disabled: boolean;
  readonly language: ILanguage;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

export function DestinationOption(props: IOptionProps): React.ReactElement {
  const { id, destination, selected, active, disabled, checking } = props;
  const { language, onPoint, onChoose } = props;
  const { trans } = language;
  const element = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (active) {
      element.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [active]);
  return (
    <li
      ref={element}
      id={id}
      role="option"
      className="jp-BigUpload-option"
      data-active={active}
      aria-selected={selected}
      aria-disabled={disabled}
      onPointerMove={onPoint}
      onClick={onChoose}
    >
      <Icon icon={iconOf(destination)} className="jp-BigUpload-icon" />
      <span className="jp-BigUpload-optionTitle">{destination.title}</span>
      <Standing
        destination={destination}
        checking={checking}
        language={language}
      />
      <span className="jp-BigUpload-optionText">
        {destination.url ?? trans.__('The folder that is open')}
      </span>
      {destination.note !== null && (
        <span className="jp-BigUpload-optionText">{destination.note}</span>
      )}
      {disabled && (
        <span className="jp-BigUpload-optionText jp-BigUpload-warning">
          {explainDestination(trans, destination)}
        </span>
      )}
    </li>
  );
}

/** Whether it can be written to, as far as that is known. */
function Standing(props: {
  readonly destination: IDestination;
  readonly checking: boolean;
  readonly language: ILanguage;
}): React.ReactElement | null {
  const { destination, checking, language } = props;
  const { trans } = language;
  if (checking) {
    return (
      <span className="jp-BigUpload-standing">{trans.__('Checking…')}</span>
    );
  }
  const [icon, text] =
    destination.state === 'ok'
      ? [checkIcon, trans.__('Ready')]
      : destination.state === 'failed'
        ? [errorIcon, trans.__('Not available')]
        : [null, null];
  return icon === null ? null : (
    <span className="jp-BigUpload-standing" data-state={destination.state}>
      <Icon icon={icon} className="jp-BigUpload-buttonIcon" />
      {text}
    </span>
  );
}
