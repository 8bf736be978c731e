import * as React from 'react';
import type { ICatalogEntry, IDestinations } from '../../destinations';
import { askForCatalog } from './catalogDialog';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';
import { TextButton } from '../controls/textButton';

interface ICatalogProps {
  readonly destinations: IDestinations;
  readonly destination: string;
  readonly path: string;
  readonly name: string;
  readonly language: ILanguage;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
}

type Outcome =
  { readonly entry: ICatalogEntry } | { readonly problem: string } | null;

/** The catalog that was chosen last on this page: whoever adds one file adds more to it. */
let lastCatalog = 'catalog.yaml';

export function CatalogEntry(props: ICatalogProps): React.ReactElement {
  const { destinations, destination, path, name, language, openFile } = props;
  const { trans } = language;
  const [outcome, setOutcome] = React.useState<Outcome>(null);
  const add = async () => {
    const choice = await askForCatalog(name, language, lastCatalog);
    if (choice === null) {
      return;
    }
    try {
      const entry = await destinations.addToCatalog(destination, path, choice);
      lastCatalog = entry.catalog;
      setOutcome({ entry });
    } catch (error) {
      setOutcome({ problem: messageOf(error) });
    }
  };
  return (
    <div className="jp-BigUpload-catalog">
      <TextButton
        label={trans.__('Add to catalog…')}
        onClick={() => void add()}
      />
      {/* There from the start: what appears together with its text is not read aloud. */}
      <p role="status">
        {outcome !== null && 'problem' in outcome && (
          <span className="jp-BigUpload-warning">{outcome.problem}</span>
        )}
        {outcome !== null && 'entry' in outcome && (
          <>
            {trans.__(
              'It is in %1 as “%2”.',
              outcome.entry.catalog,
              outcome.entry.entry
            )}{' '}
            <TextButton
              label={trans.__('Open the catalog')}
              onClick={() => openFile(outcome.entry.catalog)}
            />
          </>
        )}
      </p>
    </div>
  );
}
