import { historyIcon, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IComparison, IDiff } from '../../engine/tables/versions';
import type { ITableServices } from '../tables/services';
import { baseName } from '../text/filename';
import { DiffView } from './diffView';
import { HistoryView } from './historyView';

/** Shows what is different between two versions of a table. */
export class DiffWidget extends ReactWidget {
  private readonly diff: IDiff;

  constructor(
    comparison: IComparison,
    private readonly isPending: boolean,
    private readonly services: ITableServices
  ) {
    super();
    const { trans } = services.language;
    const { table, database } = comparison;
    this.addClass('jp-BigUpload-table');
    this.title.label = trans.__('Changes of %1', table);
    this.title.caption = trans.__('Changes of %1 in %2', table, database);
    this.title.icon = historyIcon;
    this.diff = services.tables.diff(comparison);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.diff.dispose();
    }
    super.dispose();
  }

  protected override render(): React.ReactElement {
    const { diff, isPending, services } = this;
    return <DiffView diff={diff} isPending={isPending} services={services} />;
  }
}

/** Shows what was done to a database. */
export class HistoryWidget extends ReactWidget {
  constructor(
    readonly database: string,
    private readonly services: ITableServices
  ) {
    super();
    const { trans } = services.language;
    this.addClass('jp-BigUpload-table');
    this.title.label = baseName(database);
    this.title.caption = trans.__('History of %1', database);
    this.title.icon = historyIcon;
  }

  protected override render(): React.ReactElement {
    const { database, services } = this;
    return <HistoryView database={database} services={services} />;
  }
}
