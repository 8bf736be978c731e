import { newFolderIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IDestination, IDestinations } from '../../destinations';
import type { ITransfers } from '../../engine/model';
import type { IOperation, IOperations } from '../../engine/operations/model';
import { ObjectListing } from '../../destinations/objectListing';
import { Breadcrumbs } from './breadcrumbs';
import { showCode } from '../code/dialog';
import { deleteObject } from './deleteDialog';
import { IconButton } from '../controls/iconButton';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';
import type { OpenMenu } from '../operations/menus';
import { askForFolder } from './newFolderDialog';
import { ObjectTable } from './objectTable';
import { TextButton } from '../controls/textButton';
import { useChanges } from '../hooks/useChanges';
import { useKeptFocus } from '../hooks/useKeptFocus';

interface IBrowserProps {
  readonly destinations: IDestinations;
  readonly destination: IDestination;
  readonly transfers: ITransfers;
  readonly operations: IOperations;
  readonly language: ILanguage;
  /** Open a menu of what can be done with a file or a folder. */
  readonly openMenu: OpenMenu;
}

export function BucketBrowser(props: IBrowserProps): React.ReactElement {
  const { destinations, destination, transfers, operations } = props;
  const { language, openMenu } = props;
  const { trans } = language;
  const { prefix } = destinations.chosen;
  const focus = useKeptFocus<HTMLElement>();
  const listing = React.useMemo(
    () => new ObjectListing(destinations),
    [destinations]
  );
  useChanges(listing.changed);
  React.useEffect(() => {
    void listing.open(destination.name, prefix);
  }, [listing, destination.name, prefix]);
  React.useEffect(
    () =>
      transfers.finished.subscribe(transfer => {
        if (transfer.destination === destination.name) {
          void listing.refresh();
        }
      }),
    [transfers, listing, destination.name]
  );
  React.useEffect(
    () =>
      operations.ended.subscribe(operation => {
        if (hasChanged(operation, destination.name)) {
          void listing.refresh();
        }
      }),
    [operations, listing, destination.name]
  );

  const go = (to: string) => destinations.choose(destination.name, to);
  const makeFolder = async () => {
    const name = await askForFolder(language);
    if (name !== null) {
      go(prefix === '' ? name : `${prefix}/${name}`);
    }
  };

  return (
    <section
      {...focus}
      className="jp-BigUpload-browser"
      aria-label={trans.__('Contents of %1', destination.title)}
      tabIndex={-1}
    >
      <div className="jp-BigUpload-browserHead">
        <Breadcrumbs
          root={destination.title}
          prefix={prefix}
          language={language}
          go={go}
        />
        <div className="jp-BigUpload-buttons">
          <IconButton
            icon={newFolderIcon}
            label={trans.__('New folder…')}
            onClick={() => void makeFolder()}
          />
          <IconButton
            icon={refreshIcon}
            label={trans.__('Refresh the listing')}
            onClick={() => void listing.refresh()}
          />
        </div>
      </div>
      <Problem listing={listing} language={language} />
      <div className="jp-BigUpload-browserBody">
        <ObjectTable
          prefixes={listing.prefixes}
          objects={listing.objects}
          language={language}
          go={go}
          showCode={object =>
            void showCode(
              { destination: destination.name, path: object.path },
              { destinations, language }
            )
          }
          openMenu={(path, isFolder, ...where) =>
            openMenu(
              { destination: destination.name, path, isFolder },
              ...where
            )
          }
          remove={object =>
            void deleteObject(object, { listing, destination, language })
          }
        />
        <Foot listing={listing} prefix={prefix} language={language} />
      </div>
    </section>
  );
}

/** Whether an operation that is over made or removed anything in a destination. */
function hasChanged(
  { made, removed, state, parameters }: IOperation,
  destination: string
): boolean {
  return (
    [made, removed].some(place => place?.destination === destination) ||
    // Of what was not done, a part may be there.
    (state !== 'done' && parameters['to'] === destination)
  );
}

/** Above the entries, which may be old: why there are no newer ones. */
function Problem(props: {
  readonly listing: ObjectListing;
  readonly language: ILanguage;
}): React.ReactElement {
  const { listing, language } = props;
  const failed = listing.state === 'failed';
  return (
    <div className="jp-BigUpload-browserProblem">
      {/* There from the start: what appears together with its text is not read aloud. */}
      <p role="status" className="jp-BigUpload-warning">
        {failed && messageOf(listing.problem)}
      </p>
      {failed && (
        <TextButton
          label={language.trans.__('Try again')}
          onClick={() => void listing.retry()}
        />
      )}
    </div>
  );
}

/** Below the entries: what is still to come, or why there are none. */
function Foot(props: {
  readonly listing: ObjectListing;
  readonly prefix: string;
  readonly language: ILanguage;
}): React.ReactElement {
  const { listing, prefix, language } = props;
  const { trans } = language;
  const empty = listing.prefixes.length === 0 && listing.objects.length === 0;
  return (
    <div className="jp-BigUpload-browserFoot">
      <p role="status">
        {listing.state === 'loading' && trans.__('Loading…')}
        {listing.state === 'loaded' &&
          empty &&
          (prefix === ''
            ? trans.__('There is nothing here yet.')
            : trans.__(
                'There is nothing here yet. A bucket has no empty folders: this one appears with the first file that is uploaded into it.'
              ))}
      </p>
      {listing.state === 'loaded' && listing.hasMore && (
        <TextButton
          label={trans.__('Load more')}
          onClick={() => void listing.loadMore()}
        />
      )}
    </div>
  );
}
