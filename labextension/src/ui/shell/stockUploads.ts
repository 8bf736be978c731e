/** Jupyter's own upload button, and whatever else uploads by the model of a file browser. */

import type { Contents } from '@jupyterlab/services';
import type { IChoice } from '../../destinations';
import type { ITransfer, ITransfers } from '../../engine/model';
import { isOver } from '../../engine/model';
import { HOME } from '../../engine/ports';
import type { Share } from '../../share';
import type { ILanguage } from '../text/language';
import { explain } from '../text/messages';

/** What is needed of the model of a file browser. */
export interface IUploader {
  readonly path: string;
  readonly driveName: string;
  /** JupyterLab before 4.6 cannot forbid uploads, and leaves this undefined. */
  readonly allowFileUploads?: boolean;
  /** @param path - the folder; by default the one that is shown. */
  upload(file: File, path?: string): Promise<Contents.IModel>;
}

export interface IStockOptions {
  readonly transfers: Pick<ITransfers, 'transfers' | 'changed'>;
  readonly share: Share;
  readonly language: ILanguage;
  /** @returns as `ITransfers.add` does. */
  readonly take: (
    files: readonly File[],
    place: IChoice
  ) => readonly ITransfer[];
  /** What the server says of a file. */
  readonly describe: (path: string) => Promise<Contents.IModel>;
}

/** A file that was handed over, and who waits for its end. */
interface IHandedOver {
  readonly file: File;
  readonly folder: string;
  /** With its path in the end. */
  readonly resolve: (path: string) => void;
  readonly reject: (reason: Error) => void;
}

export class StockUploads {
  constructor(private readonly options: IStockOptions) {}

  /** Take, of what a model is told to upload, what is BigUpload's share. */
  takeOver(model: IUploader): void {
    if (this.models.has(model)) {
      return;
    }
    this.models.add(model);
    const own = model.upload.bind(model);
    model.upload = (file, path) =>
      model.driveName === '' &&
      model.allowFileUploads !== false &&
      this.options.share.takesFile(file.size)
        ? this.upload(file, path ?? model.path)
        : own(file, path);
  }

  private async upload(file: File, folder: string): Promise<Contents.IModel> {
    const path = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ file, folder, resolve, reject });
      if (this.waiting.length === 1) {
        // The button hands over one by one what was picked together: it is asked about together, too.
        queueMicrotask(() => this.begin());
      }
    });
    // One after the other: of a thousand files, none has to be described soon.
    const description = this.described.then(() => this.options.describe(path));
    this.described = description.catch(() => undefined);
    return description;
  }

  private begin(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const folder of new Set(waiting.map(one => one.folder))) {
      const together = waiting.filter(one => one.folder === folder);
      const added = this.options.take(
        together.map(({ file }) => file),
        { destination: HOME, prefix: folder }
      );
      this.follow(together, added);
    }
  }

  private follow(
    files: readonly IHandedOver[],
    added: readonly ITransfer[]
  ): void {
    const { transfers, language } = this.options;
    const { trans } = language;
    // Many small files may have become one transfer, which is the first; all others have their names.
    const byName = new Map(added.map(({ name, key }) => [name, key]));
    const begun = new Map<string, IHandedOver[]>();
    for (const one of files) {
      const key = byName.get(one.file.name) ?? added[0]?.key ?? '';
      begun.set(key, [...(begun.get(key) ?? []), one]);
    }

    const look = () => {
      const now = new Map(transfers.transfers.map(one => [one.key, one]));
      for (const [key, waiting] of begun) {
        const transfer = now.get(key);
        if (transfer === undefined) {
          reject(waiting, trans.__('The upload was taken off the list.'));
        } else if (!isOver(transfer.state)) {
          continue;
        } else if (transfer.state === 'failed') {
          const why = explain(trans, transfer) ?? '';
          reject(
            waiting,
            trans.__('“%1” was not uploaded. %2', transfer.name, why)
          );
        } else if (transfer.state === 'cancelled') {
          reject(
            waiting,
            trans.__('The upload of “%1” was cancelled.', transfer.name)
          );
        } else {
          // Of what was skipped, there is the file that the person preferred.
          resolve(waiting, transfer);
        }
        begun.delete(key);
      }
      if (begun.size === 0) {
        unsubscribe();
      }
    };
    const unsubscribe = transfers.changed.subscribe(look);
  }

  private readonly models = new WeakSet<IUploader>();
  private waiting: IHandedOver[] = [];
  private described: Promise<unknown> = Promise.resolve();
}

function resolve(
  waiting: readonly IHandedOver[],
  { name, path }: ITransfer
): void {
  for (const { file, folder, resolve } of waiting) {
    const below = folder === '' ? file.name : `${folder}/${file.name}`;
    resolve(file.name === name ? path : below);
  }
}

function reject(waiting: readonly IHandedOver[], message: string): void {
  for (const { reject } of waiting) {
    reject(new Error(message));
  }
}
