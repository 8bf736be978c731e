import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { EntryRow } from './entryRow';
import { inSightFirst } from './inSight';
import { ListItems } from './listItems';
import { Row } from './row';
import type { IRowActions } from './rowButtons';

/** Pixels that a line takes, until it has been seen. */
const TRANSFER_HEIGHT = 36;
const ENTRY_HEIGHT = 24;

/** Lines that are drawn beyond those in sight, so that a short list is there whole for whoever searches or steps through it. */
const BEYOND = 25;

interface IListProps {
  readonly transfers: ITransfers;
  readonly destinations: IDestinations;
  readonly actions: IRowActions;
  readonly language: ILanguage;
  readonly loginUrl: string;
}

/** The transfers and the files of opened ones; only those in sight are drawn. */
export function List(props: IListProps): React.ReactElement {
  const { transfers, destinations, actions, language, loginUrl } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const [opened, toggle] = useOpened();
  const inOrder = inSightFirst(transfers.transfers);
  const items = new ListItems(inOrder, ({ key, tree }) =>
    tree !== null && opened.has(key) ? transfers.entries(key).length : 0
  );
  const keyOf = React.useCallback(
    (index: number) => {
      const { transfer, entry } = items.at(index);
      return entry === null ? transfer.key : `${transfer.key}/${entry}`;
    },
    // Lines move only when transfers come or go, or one is opened or closed.
    [items.length, inOrder.map(({ key }) => key).join(), opened]
  );
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: keyOf,
    estimateSize: index =>
      items.at(index).entry === null ? TRANSFER_HEIGHT : ENTRY_HEIGHT,
    overscan: BEYOND
  });
  useScrollToNew(transfers.transfers, key =>
    virtualizer.scrollToIndex(items.indexOf(key), { align: 'start' })
  );
  return (
    <div ref={scroller} className="jp-BigUpload-scroller">
      <ul
        className="jp-BigUpload-list"
        // Safari takes the role off a list without bullets.
        role="list"
        aria-label={language.trans.__('Transfers')}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const { transfer, entry } = items.at(index);
          const place = {
            index,
            count: items.length,
            start,
            measure: virtualizer.measureElement
          };
          if (entry === null) {
            return (
              <Row
                key={key}
                {...place}
                transfer={transfer}
                destinations={destinations}
                actions={actions}
                language={language}
                loginUrl={loginUrl}
                isOpen={opened.has(transfer.key)}
                toggle={toggle}
              />
            );
          }
          const file = transfers.entries(transfer.key)[entry];
          return (
            file && (
              <EntryRow
                key={key}
                {...place}
                tree={transfer}
                path={file.path}
                size={file.size}
                state={file.state}
                error={file.error}
                transfer={file.transfer}
                language={language}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}

/** The keys of the transfers that are opened; another set after each change. */
function useOpened(): [ReadonlySet<string>, (key: string) => void] {
  const [opened, setOpened] = React.useState<ReadonlySet<string>>(new Set());
  const toggle = React.useCallback(
    (key: string) =>
      setOpened(before => {
        const after = new Set(before);
        if (!after.delete(key)) {
          after.add(key);
        }
        return after;
      }),
    []
  );
  return [opened, toggle];
}

/** Scroll to the first of the transfers that came since the last rendering; they are the last of the list. */
function useScrollToNew(
  transfers: readonly ITransfer[],
  scrollTo: (key: string) => void
): void {
  const lastKey = transfers.at(-1)?.key;
  const lastSeen = React.useRef(lastKey);
  React.useEffect(() => {
    const seen = transfers.findIndex(({ key }) => key === lastSeen.current);
    lastSeen.current = lastKey;
    const next = transfers[seen + 1];
    // Where the last one that was seen is gone, the list was cleared, and nothing is new.
    if (seen >= 0 && next !== undefined) {
      scrollTo(next.key);
    }
  }, [lastKey]);
}
