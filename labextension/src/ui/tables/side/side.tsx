import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ITable, ITableState } from '../../../engine/tables/model';
import { IconButton } from '../../controls/iconButton';
import { Tabs } from '../../controls/tabs';
import type { ILanguage } from '../../text/language';
import { CheckPane } from './checkPane';
import { ColumnForm } from './columnForm';
import { FileForm } from './fileForm';
import type { ICheck } from './useCheck';

export type SideTab = 'file' | 'column' | 'check';

interface ISideProps {
  readonly table: ITable;
  readonly state: ITableState;
  readonly check: ICheck;
  readonly tab: SideTab;
  readonly show: (tab: SideTab | null) => void;
  /** The column that is changed, by its name in the file. */
  readonly column: string | null;
  readonly choose: (source: string) => void;
  readonly rejects: (name: string) => number;
  readonly language: ILanguage;
}

/** What can be changed of how a file is read, beside the table. */
export function Side(props: ISideProps): React.ReactElement | null {
  const { table, state, check, tab, show, choose, language } = props;
  const { trans } = language;
  const { recipe } = state;
  const side = React.useRef<HTMLElement>(null);
  React.useEffect(() => {
    // Whoever opened it, by a key, too, wants to go on in it.
    side.current
      ?.querySelector<HTMLElement>('[role="tab"][tabindex="0"]')
      ?.focus();
  }, []);
  if (recipe === null) {
    return null;
  }
  return (
    <aside
      ref={side}
      className="jp-BigUpload-side"
      aria-label={trans.__('How the file is read')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          show(null);
        }
      }}
    >
      <div className="jp-BigUpload-sideClose">
        <IconButton
          icon={closeIcon}
          label={trans.__('Close')}
          onClick={() => show(null)}
        />
      </div>
      <Tabs
        label={trans.__('What to change')}
        tabs={[
          { id: 'file', title: trans.__('File') },
          { id: 'column', title: trans.__('Column') },
          { id: 'check', title: trans.__('Check') }
        ]}
        chosen={tab}
        choose={id => show(id as SideTab)}
        panelClass="jp-BigUpload-sideBody"
      >
        {tab === 'file' && (
          <FileForm table={table} recipe={recipe} language={language} />
        )}
        {tab === 'column' && (
          <ColumnForm
            table={table}
            recipe={recipe}
            columns={state.table?.columns ?? []}
            chosen={props.column}
            choose={choose}
            rejects={props.rejects}
            language={language}
          />
        )}
        {tab === 'check' && (
          <CheckPane
            check={check}
            isComplete={state.table?.complete ?? false}
            choose={name => {
              const column = recipe.columns.find(one => one.name === name);
              if (column !== undefined) {
                choose(column.source);
              }
            }}
            language={language}
          />
        )}
      </Tabs>
    </aside>
  );
}
