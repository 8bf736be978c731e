import { ReactWidget, spreadsheetIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ITransfers } from '../../engine/model';
import type { ITable, TableSource } from '../../engine/tables/model';
import { baseName } from '../text/filename';
import type { IFilePlace, ITableServices } from './services';
import { TableView } from './tableView';

export interface ITableWidgetOptions {
  readonly place: IFilePlace;
  /** The server's id of the upload of a file that is still coming; null for one that is there. */
  readonly upload: string | null;
  readonly transfers: ITransfers;
  readonly services: ITableServices;
}

/** Shows a file as a table. */
export class TableWidget extends ReactWidget {
  private place: IFilePlace | null;
  private readonly table: ITable;
  private readonly end: () => void;

  constructor(readonly options: ITableWidgetOptions) {
    super();
    const { place, upload, transfers, services } = options;
    const { trans } = services.language;
    this.addClass('jp-BigUpload-table');
    this.title.label = baseName(place.path);
    this.title.caption = trans.__('%1, as a table', place.path);
    this.title.icon = spreadsheetIcon;
    this.title.closable = true;
    this.place = upload === null ? place : null;
    const source: TableSource = upload === null ? place : { upload };
    this.table = services.tables.table(source);
    this.end = transfers.changed.subscribe(() => this.follow());
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.end();
      this.table.dispose();
    }
    super.dispose();
  }

  protected override render(): React.ReactElement {
    const { table, place, options } = this;
    return (
      <TableView
        table={table}
        name={baseName(options.place.path)}
        place={place}
        services={options.services}
      />
    );
  }

  /** What was still coming may be at its place. */
  private follow(): void {
    const { upload, transfers } = this.options;
    if (upload === null || this.place !== null) {
      return;
    }
    const transfer = transfers.transfers.find(
      ({ uploadId }) => uploadId === upload
    );
    if (transfer?.state === 'done') {
      const { destination, path } = transfer;
      this.place = { destination, path };
      this.title.label = baseName(path);
      this.table.moved(this.place);
      this.update();
    }
  }
}
