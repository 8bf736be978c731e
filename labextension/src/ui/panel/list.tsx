import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfers } from '../../engine/model';
import type { IOperations } from '../../engine/operations/model';
import type { IOperationActions } from '../operations/row';
import { OperationRow } from '../operations/row';
import type { ILanguage } from '../text/language';
import { EntryRow } from './entryRow';
import { inSightFirst } from './inSight';
import type { ListedRow } from './inSight';
import { ListItems } from './listItems';
import { Row } from './row';
import type { IRowActions } from './rowButtons';

/** Pixels that a line takes, until it has been seen. */
const ROW_HEIGHT = 36;
const ENTRY_HEIGHT = 24;

/** Lines that are drawn beyond those in sight, so that a short list is there whole for whoever searches or steps through it. */
const BEYOND = 25;

interface IListProps {
  readonly transfers: ITransfers;
  readonly destinations: IDestinations;
  readonly actions: IRowActions;
  readonly operations: IOperations;
  readonly operationActions: IOperationActions;
  readonly language: ILanguage;
  readonly loginUrl: string;
}

/** The transfers, the files of opened ones, and the operations; only those in sight are drawn. */
export function List(props: IListProps): React.ReactElement {
  const { transfers, destinations, actions, language, loginUrl } = props;
  const { operations, operationActions } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const [opened, toggle] = useOpened();
  const rows = [...transfers.transfers, ...operations.operations];
  const inOrder = inSightFirst(rows);
  const items = new ListItems(inOrder, row =>
    'tree' in row && row.tree !== null && opened.has(row.key)
      ? transfers.entries(row.key).length
      : 0
  );
  const keyOf = React.useCallback(
    (index: number) => {
      const { row, entry } = items.at(index);
      return entry === null ? row.key : `${row.key}/${entry}`;
    },
    // Lines move only when rows come or go, or one is opened or closed.
    [items.length, inOrder.map(({ key }) => key).join(), opened]
  );
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: keyOf,
    estimateSize: index =>
      items.at(index).entry === null ? ROW_HEIGHT : ENTRY_HEIGHT,
    overscan: BEYOND
  });
  useScrollToNew(rows, key =>
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
          const { row, entry } = items.at(index);
          const place = {
            index,
            count: items.length,
            start,
            measure: virtualizer.measureElement
          };
          if (!('tree' in row)) {
            return (
              <OperationRow
                key={key}
                {...place}
                operation={row}
                trouble={operations.trouble}
                destinations={destinations}
                actions={operationActions}
                language={language}
                loginUrl={loginUrl}
              />
            );
          }
          if (entry === null) {
            return (
              <Row
                key={key}
                {...place}
                transfer={row}
                destinations={destinations}
                actions={actions}
                language={language}
                loginUrl={loginUrl}
                isOpen={opened.has(row.key)}
                toggle={toggle}
              />
            );
          }
          const file = transfers.entries(row.key)[entry];
          return (
            file && (
              <EntryRow
                key={key}
                {...place}
                tree={row}
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

/** Scroll to the first of the rows that came since the last rendering. */
function useScrollToNew(
  rows: readonly ListedRow[],
  scrollTo: (key: string) => void
): void {
  const keys = rows.map(({ key }) => key);
  const seen = React.useRef<ReadonlySet<string> | null>(null);
  React.useEffect(() => {
    const before = seen.current;
    seen.current = new Set(keys);
    const first = before && keys.find(key => !before.has(key));
    if (first !== null && first !== undefined) {
      scrollTo(first);
    }
  }, [keys.join()]);
}
