import type { IChoice } from '.';
import type { ITransfer, ITransfers } from '../engine/model';
import type { ISource, ITree } from '../engine/ports';
import { HOME } from '../engine/ports';
import type { BucketHint } from './bucketHint';

/** What a person picked or dropped at once. */
interface IPicked {
  readonly files?: readonly ISource[];
  readonly trees?: readonly ITree[];
}

/** Where all that is picked and dropped comes in. */
export class Intake {
  constructor(
    private readonly transfers: Pick<ITransfers, 'add' | 'addTree'>,
    private readonly hint: Pick<BucketHint, 'consider'>
  ) {}

  /** @returns the transfers of the files, as `ITransfers.add` does. */
  take(
    { files = [], trees = [] }: IPicked,
    { destination, prefix }: IChoice
  ): readonly ITransfer[] {
    for (const tree of trees) {
      this.transfers.addTree(tree, prefix, destination);
    }
    if (files.length === 0) {
      return [];
    }
    const added = this.transfers.add(files, prefix, destination);
    if (destination === HOME) {
      void this.hint.consider(files, added);
    }
    return added;
  }
}
