import { closeIcon, infoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestination, IDestinations } from '../../destinations';
import { CopyButton } from '../controls/copyButton';
import { IconButton } from '../controls/iconButton';
import type { ILanguage } from '../text/language';
import { TextButton } from '../controls/textButton';

interface ICorsProps {
  readonly destinations: IDestinations;
  readonly language: ILanguage;
}

/** What keeps bytes from going straight to a bucket; each can be put away for as long as the page is open. */
export function CorsNotices(props: ICorsProps): React.ReactElement {
  const { destinations, language } = props;
  const [putAway, setPutAway] = React.useState<ReadonlySet<string>>(new Set());
  return (
    <div role="status">
      {destinations.list
        .filter(({ name }) => !putAway.has(name))
        .map(destination => (
          <CorsNotice
            key={destination.name}
            destination={destination}
            destinations={destinations}
            language={language}
            putAway={() => setPutAway(new Set([...putAway, destination.name]))}
          />
        ))}
    </div>
  );
}

function CorsNotice(
  props: ICorsProps & {
    readonly destination: IDestination;
    readonly putAway: () => void;
  }
): React.ReactElement | null {
  const { destinations, destination, language, putAway } = props;
  const { trans } = language;
  const [open, setOpen] = React.useState(false);
  const [testing, setTesting] = React.useState(false);
  const ruleId = React.useId();
  const problem = destinations.corsProblem(destination.name);
  if (problem === null) {
    return null;
  }
  const test = async () => {
    setTesting(true);
    // When it can't be tested, the notice stays.
    await destinations.testCors(destination.name).catch(() => undefined);
    setTesting(false);
  };
  return (
    <div className="jp-BigUpload-banner">
      <infoIcon.react
        className="jp-BigUpload-buttonIcon"
        tag="span"
        elementSize="normal"
      />
      <p>
        {trans.__(
          'Uploads to “%1” go through the Jupyter server: the bucket does not accept them straight from this page. They are as safe that way, but may be slower. To allow it, set a CORS rule on the bucket.',
          destination.title
        )}
      </p>
      <div className="jp-BigUpload-buttons">
        <TextButton
          label={open ? trans.__('Hide the rule') : trans.__('Show the rule')}
          aria-expanded={open}
          aria-controls={ruleId}
          onClick={() => setOpen(!open)}
        />
        <TextButton
          label={testing ? trans.__('Testing…') : trans.__('Test again')}
          disabled={testing}
          onClick={() => void test()}
        />
        <IconButton
          icon={closeIcon}
          label={trans.__('Dismiss')}
          onClick={putAway}
        />
      </div>
      {open && (
        <div id={ruleId} className="jp-BigUpload-code">
          <pre tabIndex={0}>
            <code>{problem.rule}</code>
          </pre>
          <CopyButton
            text={problem.rule}
            label={trans.__('Copy the CORS rule')}
            language={language}
          />
        </div>
      )}
    </div>
  );
}
