import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import type { ITransfers } from '../../engine/model';
import type { IOperations } from '../../engine/operations/model';
import { Icon } from '../controls/icon';
import { bigUploadIcon } from '../controls/icons';
import type { ILanguage } from '../text/language';
import { statusText } from '../text/statusText';
import { useChanges } from '../hooks/useChanges';

export interface IStatusItemOptions {
  readonly transfers: ITransfers;
  readonly operations: IOperations;
  readonly language: ILanguage;
  /** Opens the panel. */
  readonly open: () => void;
}

/** Says how far uploads and operations are; a click opens the panel. */
export class StatusItem extends ReactWidget {
  constructor(private readonly options: IStatusItemOptions) {
    super();
    const { transfers, operations } = options;
    this.ends = [transfers, operations].map(({ changed }) =>
      changed.subscribe(() => this.refresh())
    );
    this.refresh();
  }

  /** Whether there is anything to say. */
  get isActive(): boolean {
    return this.active;
  }

  get activeStateChanged(): ISignal<this, void> {
    return this.activityChanged;
  }

  override dispose(): void {
    this.ends.forEach(end => end());
    super.dispose();
  }

  protected override render(): React.ReactElement {
    return <Status {...this.options} />;
  }

  private refresh(): void {
    const { transfers, operations, language } = this.options;
    const isActive =
      statusText(transfers, operations.operations, language) !== null;
    if (isActive !== this.active) {
      this.active = isActive;
      this.activityChanged.emit();
    }
  }

  private readonly ends: readonly (() => void)[];
  private active = false;
  private readonly activityChanged = new Signal<this, void>(this);
}

function Status(props: IStatusItemOptions): React.ReactElement {
  const { transfers, operations, language, open } = props;
  useChanges(transfers.changed);
  useChanges(operations.changed);
  return (
    <button
      type="button"
      className="jp-BigUpload-status"
      title={language.trans.__('Show transfers')}
      onClick={open}
    >
      <Icon icon={bigUploadIcon} className="jp-BigUpload-buttonIcon" />
      {statusText(transfers, operations.operations, language)}
    </button>
  );
}
