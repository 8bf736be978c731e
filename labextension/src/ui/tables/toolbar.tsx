import { refreshIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ITable, ITableState } from '../../engine/tables/model';
import { IconButton } from '../controls/iconButton';
import { TextButton } from '../controls/textButton';
import type { ILanguage } from '../text/language';
import { tableInWords } from '../text/tableText';
import type { SideTab } from './side/side';

/** What else can be done with the table. */
export interface ITableAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

interface IToolbarProps {
  readonly table: ITable;
  readonly state: ITableState;
  readonly side: SideTab | null;
  readonly show: (tab: SideTab | null) => void;
  readonly actions: readonly ITableAction[];
  readonly language: ILanguage;
}

export function Toolbar(props: IToolbarProps): React.ReactElement {
  const { table, state, side, show, actions, language } = props;
  const { trans } = language;
  const toggle = (tab: SideTab) => show(side === tab ? null : tab);
  return (
    <div className="jp-BigUpload-tableBar">
      <p role="status" className="jp-BigUpload-tableFigures">
        {state.table !== null && tableInWords(state.table, language)}
        {state.isAsking && (
          <span className="jp-BigUpload-tableBusy">
            {state.table === null
              ? trans.__('Reading…')
              : ` · ${trans.__('Reading again…')}`}
          </span>
        )}
      </p>
      {state.recipe !== null && (
        <div
          className="jp-BigUpload-buttons"
          role="group"
          aria-label={trans.__('Actions')}
        >
          {state.canUndo && (
            <IconButton
              icon={undoIcon}
              label={trans.__('Undo the last change')}
              onClick={() => table.undo()}
            />
          )}
          {state.isChanged && (
            <IconButton
              icon={refreshIcon}
              label={trans.__('Back to what was found')}
              onClick={() => table.reset()}
            />
          )}
          <TextButton
            label={trans.__('Change')}
            aria-expanded={side === 'file' || side === 'column'}
            onClick={() => (side === 'column' ? show(null) : toggle('file'))}
          />
          <TextButton
            label={trans.__('Check')}
            aria-expanded={side === 'check'}
            onClick={() => toggle('check')}
          />
          {actions.map(({ id, label, run }) => (
            <TextButton key={id} label={label} onClick={run} />
          ))}
        </div>
      )}
    </div>
  );
}
