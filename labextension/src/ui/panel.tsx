/**
 * The transfers panel.
 */

import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ITransfer, ITransfers } from '../engine/ports';
import { bigUploadIcon } from './icons';
import type { ILanguage } from './language';
import { removeUnfinished } from './removeDialog';
import { Row } from './row';
import type { IRowActions } from './rowButtons';
import { Summary } from './summary';
import { useTransfers } from './useTransfers';

export interface IPanelOptions {
  readonly transfers: ITransfers;
  readonly language: ILanguage;
  /** Let the person choose files. */
  readonly upload: () => void;
  /** Go on with unfinished transfers, one after the other; asks the person for what it takes. */
  readonly resumeUnfinished: (transfers: readonly ITransfer[]) => Promise<void>;
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

  protected override render(): React.ReactElement {
    return <Transfers {...this.options} />;
  }
}

function Transfers(props: IPanelOptions): React.ReactElement {
  const { transfers, language, upload, resumeUnfinished, loginUrl } = props;
  useTransfers(transfers);
  const actions = React.useMemo<IRowActions>(
    () => ({
      pause: ({ key }) => transfers.pause(key),
      resume: transfer =>
        transfer.state === 'unfinished'
          ? void resumeUnfinished([transfer])
          : transfers.resume(transfer.key),
      cancel: ({ key }) => void transfers.cancel(key),
      retry: ({ key }) => transfers.retry(key),
      computeChecksum: ({ key }) => void transfers.computeChecksum(key)
    }),
    [transfers, resumeUnfinished]
  );
  const root = React.useRef<HTMLDivElement>(null);
  const list = useScrollToNew(transfers.transfers);
  return (
    <div className="jp-BigUpload-content" ref={root} tabIndex={-1}>
      {transfers.transfers.length > 0 ? (
        <>
          <Summary
            transfers={transfers}
            language={language}
            resumeAll={() => {
              transfers.resumeAll();
              void resumeUnfinished(
                transfers.transfers.filter(({ remembered }) => remembered)
              );
            }}
            removeUnfinished={() => void removeUnfinished(transfers, language)}
            onClear={() => root.current?.focus()}
          />
          <ul
            ref={list}
            className="jp-BigUpload-list"
            // Safari takes the role off a list without bullets.
            role="list"
            aria-label={language.trans.__('Transfers')}
          >
            {transfers.transfers.map(transfer => (
              <Row
                key={transfer.key}
                transfer={transfer}
                actions={actions}
                language={language}
                loginUrl={loginUrl}
              />
            ))}
          </ul>
        </>
      ) : (
        <Empty language={language} upload={upload} />
      )}
    </div>
  );
}

/** Scroll to the first of the transfers that came since the last rendering; they are the last of the list. */
function useScrollToNew(
  transfers: readonly ITransfer[]
): React.RefObject<HTMLUListElement> {
  const list = React.useRef<HTMLUListElement>(null);
  const lastKey = transfers.at(-1)?.key;
  const lastSeen = React.useRef(lastKey);
  React.useEffect(() => {
    const seen = transfers.findIndex(({ key }) => key === lastSeen.current);
    lastSeen.current = lastKey;
    const row = list.current?.children[seen + 1];
    // Where the last one that was seen is gone, the list was cleared, and nothing is new.
    if (seen >= 0 && list.current && row instanceof HTMLElement) {
      list.current.scrollTop = row.offsetTop - list.current.offsetTop;
    }
  }, [lastKey]);
  return list;
}

function Empty({
  language: { trans },
  upload
}: Pick<IPanelOptions, 'language' | 'upload'>): React.ReactElement {
  return (
    <div className="jp-BigUpload-empty">
      <bigUploadIcon.react tag="span" className="jp-BigUpload-emptyIcon" />
      <p className="jp-BigUpload-emptyTitle">{trans.__('No transfers')}</p>
      <p>
        {trans.__(
          'Upload files of any size to the folder that is open. What is interrupted goes on where it stopped, even after the browser was closed.'
        )}
      </p>
      <button
        type="button"
        className="jp-BigUpload-textButton"
        onClick={upload}
      >
        {trans.__('Choose files…')}
      </button>
    </div>
  );
}
