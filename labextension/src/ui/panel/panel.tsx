import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import type { BucketHint } from '../../destinations/bucketHint';
import type { ICurrentFolder } from '../shell/currentFolder';
import type { IDestinations } from '../../destinations';
import { isOver } from '../../engine/model';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { IOperations, IThing } from '../../engine/operations/model';
import { HOME } from '../../engine/ports';
import type { IComparison } from '../../engine/tables/versions';
import { showCode } from '../code/dialog';
import { BucketBrowser } from '../bucket/browser';
import { CorsNotices } from '../destinations/corsNotice';
import type { View } from '../destinations/bar';
import { DestinationBar } from '../destinations/bar';
import { HintNotice } from '../destinations/hintNotice';
import { bigUploadIcon } from '../controls/icons';
import type { ILanguage } from '../text/language';
import { isBucket } from '../destinations/places';
import type { OpenMenu, ThingOrUpload } from '../operations/menus';
import type { IOperationActions } from '../operations/row';
import { mayBeTable } from '../tables/endings';
import { messageOf } from '../text/messages';
import { cancelTree } from '../dialogs/cancelTree';
import { removeUnfinished } from '../dialogs/remove';
import { List } from './list';
import type { IRowActions } from './rowButtons';
import { Summary } from './summary';
import { useChanges } from '../hooks/useChanges';

export interface IPanelOptions {
  readonly transfers: ITransfers;
  readonly operations: IOperations;
  readonly destinations: IDestinations;
  readonly hint: BucketHint;
  /** What is open in the file browser. */
  readonly currentFolder: ICurrentFolder;
  readonly language: ILanguage;
  /** Let the person choose files. */
  readonly upload: () => void;
  /** Go on with unfinished transfers; asks the person for what it takes. */
  readonly resumeUnfinished: (transfers: readonly ITransfer[]) => Promise<void>;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
  /** Null where Jupyter has nothing that opens a file of this name. */
  readonly opener: (path: string) => (() => void) | null;
  /** Go to a file of the server in the list of its folder. */
  readonly showFile: (path: string) => void;
  /** Show a file as a table. */
  readonly viewTable: (place: Pick<IThing, 'destination' | 'path'>) => void;
  /** Show what an import would change. */
  readonly showChanges: (comparison: IComparison) => void;
  /** Puts code into a notebook; null where none is open. */
  readonly inserter: () => ((code: string) => void) | null;
  /** Open a menu of what can be done with a file or a folder. */
  readonly openMenu: OpenMenu;
  /** A page of this server that asks for a login. */
  readonly loginUrl: string;
}

/** Shows every transfer; closing it takes it off the page and stops nothing. */
export class TransfersPanel extends ReactWidget {
  constructor(private readonly options: IPanelOptions) {
    super();
    const { trans } = options.language;
    this.id = 'jp-BigUpload-panel';
    this.addClass('jp-BigUpload-panel');
    this.title.label = trans.__('Transfers');
    this.title.caption = trans.__('Uploads to the server');
    this.title.icon = bigUploadIcon.bindprops({ stylesheet: 'mainAreaTab' });
    this.title.closable = true;
  }

  /** Others may have started something meanwhile. */
  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.options.operations.look();
  }

  protected override render(): React.ReactElement {
    return <Panel {...this.options} />;
  }
}

function Panel(props: IPanelOptions): React.ReactElement {
  const { transfers, operations, destinations, hint } = props;
  const { currentFolder, language } = props;
  useChanges(transfers.changed);
  useChanges(operations.changed);
  useChanges(destinations.changed);
  useChanges(currentFolder.changed);
  const root = React.useRef<HTMLDivElement>(null);
  const [view, setView] = React.useState<View>('transfers');
  const chosen = destinations.list.find(
    ({ name }) => name === destinations.chosen.destination
  );
  const browsed = chosen && isBucket(chosen) && chosen.browse ? chosen : null;
  // Who starts something wants to see it move.
  const lastKey = transfers.transfers.at(-1)?.key;
  const lastOperation = operations.operations.at(-1)?.key;
  React.useEffect(() => setView('transfers'), [lastKey, lastOperation]);

  return (
    <div className="jp-BigUpload-content" ref={root} tabIndex={-1}>
      {chosen !== undefined && destinations.list.length > 1 && (
        <DestinationBar
          destinations={destinations}
          chosen={chosen}
          homeFolder={currentFolder.path}
          view={browsed ? view : 'transfers'}
          language={language}
          show={setView}
          upload={props.upload}
        />
      )}
      <CorsNotices destinations={destinations} language={language} />
      <HintNotice hint={hint} language={language} />
      {view === 'bucket' && browsed ? (
        <BucketBrowser
          destinations={destinations}
          destination={browsed}
          transfers={transfers}
          operations={operations}
          language={language}
          openMenu={props.openMenu}
        />
      ) : transfers.transfers.length + operations.operations.length > 0 ? (
        <Transfers
          {...props}
          onClear={() => root.current?.focus()}
          showBucket={() => setView('bucket')}
        />
      ) : (
        <Empty {...props} />
      )}
    </div>
  );
}

function Transfers(
  props: IPanelOptions & {
    readonly onClear: () => void;
    /** Show what is in the bucket that is chosen. */
    readonly showBucket: () => void;
  }
): React.ReactElement {
  const { transfers, operations, destinations, language, loginUrl } = props;
  const { openFile, openMenu, resumeUnfinished, onClear } = props;
  const operationActions = useOperationActions(props);
  const actions = React.useMemo<IRowActions>(
    () => ({
      pause: ({ key }) => transfers.pause(key),
      resume: transfer =>
        transfer.state === 'unfinished'
          ? void resumeUnfinished([transfer])
          : transfers.resume(transfer.key),
      cancel: transfer =>
        transfer.tree === null
          ? void transfers.cancel(transfer.key)
          : void cancelTree(transfers, transfer, language),
      retry: ({ key }) => transfers.retry(key),
      computeChecksum: ({ key }) => void transfers.computeChecksum(key),
      openFile,
      more: transfer => {
        const thing = thingOf(transfer);
        return thing === null
          ? null
          : (button, isByPointer) => openMenu(thing, button, isByPointer);
      }
    }),
    [transfers, language, resumeUnfinished, openFile, openMenu]
  );
  return (
    <>
      <Summary
        transfers={transfers}
        operations={operations}
        language={language}
        resumeAll={() => {
          transfers.resumeAll();
          void resumeUnfinished(
            transfers.transfers.filter(({ remembered }) => remembered)
          );
        }}
        removeUnfinished={() => void removeUnfinished(transfers, language)}
        chooseAgain={unfinished => void resumeUnfinished(unfinished)}
        onClear={onClear}
      />
      <List
        transfers={transfers}
        destinations={destinations}
        actions={actions}
        operations={operations}
        operationActions={operationActions}
        language={language}
        loginUrl={loginUrl}
      />
    </>
  );
}

function useOperationActions({
  operations,
  destinations,
  language,
  opener,
  showFile,
  viewTable,
  showChanges,
  inserter,
  showBucket
}: IPanelOptions & {
  readonly showBucket: () => void;
}): IOperationActions {
  return React.useMemo<IOperationActions>(() => {
    const told = (request: Promise<void>) =>
      void request.catch((error: unknown) =>
        Notification.error(
          language.trans.__('The server did not do it: %1', messageOf(error))
        )
      );
    return {
      cancel: ({ key }) => told(operations.cancel(key)),
      again: ({ key }) => told(operations.again(key)),
      show: ({ destination, path }) => {
        if (destination === HOME) {
          showFile(path);
        } else {
          destinations.choose(destination, PathExt.dirname(path));
          showBucket();
        }
      },
      opener: ({ destination, path, isFolder }) =>
        destination === HOME && !isFolder ? opener(path) : null,
      viewer: made => (mayBeTable(made) ? () => viewTable(made) : null),
      showCode: ({ destination, path, isFolder }) =>
        void showCode(
          { destination, path: isFolder ? `${path}/` : path },
          { destinations, language, insert: inserter() }
        ),
      showChanges
    };
  }, [operations, destinations, language, opener, showFile]);
}

/** What a transfer brought so far that something can be done with; null where that is nothing. */
function thingOf(transfer: ITransfer): ThingOrUpload | null {
  const { name, destination, path, tree, state, uploadId } = transfer;
  const thing = { destination, path, isFolder: tree !== null };
  if (state === 'done') {
    // Files that were picked side by side have no name together.
    return name === '' ? null : thing;
  }
  return uploadId !== null && !isOver(state) && mayBeTable(thing)
    ? { ...thing, upload: uploadId }
    : null;
}

function Empty({
  destinations,
  language: { trans },
  upload
}: IPanelOptions): React.ReactElement {
  return (
    <div className="jp-BigUpload-empty">
      <bigUploadIcon.react tag="span" className="jp-BigUpload-emptyIcon" />
      <p className="jp-BigUpload-emptyTitle">{trans.__('No transfers')}</p>
      <p>
        {destinations.chosen.destination === HOME
          ? trans.__(
              'Upload files of any size to the folder that is open. What is interrupted goes on where it stopped, even after the browser was closed.'
            )
          : trans.__(
              'Upload files of any size to the bucket. What is interrupted goes on where it stopped, even after the browser was closed.'
            )}
      </p>
      {/* The bar has this button, too. */}
      {destinations.list.length <= 1 && (
        <button
          type="button"
          className="jp-BigUpload-textButton"
          onClick={upload}
        >
          {trans.__('Choose files…')}
        </button>
      )}
    </div>
  );
}
