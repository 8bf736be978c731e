import * as React from 'react';
import type { IDestination, IDestinations } from '../../destinations';
import { HOME } from '../../engine/ports';
import { DestinationPicker } from './picker';
import type { ILanguage } from '../text/language';
import { explainDestination } from '../text/messages';
import { isBucket } from './places';
import { TextButton } from '../controls/textButton';
import { useChecks } from './useChecks';

/** The two things that the panel shows. */
export type View = 'transfers' | 'bucket';

interface IBarProps {
  readonly destinations: IDestinations;
  readonly chosen: IDestination;
  /** The folder that is open in the file browser. */
  readonly homeFolder: string;
  readonly view: View;
  readonly language: ILanguage;
  readonly show: (view: View) => void;
  /** Let the person choose files. */
  readonly upload: () => void;
}

export function DestinationBar(props: IBarProps): React.ReactElement {
  const { destinations, chosen, homeFolder, view, language } = props;
  const { trans } = language;
  const labelId = React.useId();
  const checks = useChecks(destinations);
  const unusable =
    chosen.state === 'failed' && !checks.running.has(chosen.name);
  const folder = chosen.name === HOME ? homeFolder : destinations.chosen.prefix;

  return (
    <div
      className="jp-BigUpload-destination"
      role="group"
      aria-label={trans.__('Destination')}
    >
      <span id={labelId}>{trans.__('Upload to')}</span>
      <DestinationPicker
        list={destinations.list}
        chosen={chosen}
        checking={checks.running}
        language={language}
        labelId={labelId}
        onOpen={checks.start}
        choose={name => {
          // Who chooses the same again wants to stay where they are.
          if (name !== chosen.name) {
            destinations.choose(name, '');
          }
        }}
      />
      {/* The browser says it by itself. */}
      {view === 'transfers' && (
        <span className="jp-BigUpload-location" title={`/${folder}`}>
          {`/ ${folder.replaceAll('/', ' / ')}`}
        </span>
      )}
      <div className="jp-BigUpload-buttons">
        {isBucket(chosen) &&
          chosen.browse &&
          (view === 'transfers' ? (
            <TextButton
              label={trans.__('Browse')}
              onClick={() => props.show('bucket')}
            />
          ) : (
            <TextButton
              label={trans.__('Back to transfers')}
              onClick={() => props.show('transfers')}
            />
          ))}
        <TextButton
          label={
            view === 'bucket'
              ? trans.__('Upload here…')
              : trans.__('Choose files…')
          }
          disabled={unusable}
          onClick={props.upload}
        />
      </div>
      {unusable && (
        <p className="jp-BigUpload-unusable jp-BigUpload-warning" role="status">
          {explainDestination(trans, chosen)}{' '}
          <TextButton
            label={trans.__('Check again')}
            onClick={() => checks.start()}
          />
        </p>
      )}
    </div>
  );
}
