import { Token } from '@lumino/coreutils';

import type { ITransfers as Transfers } from './engine/ports';

/** The uploads of this page, for any extension that wants to start, show or steer some. */
export type ITransfers = Transfers;

export const ITransfers = new Token<ITransfers>(
  'jupyter-bigupload:ITransfers',
  'Uploads of files of any size to the Jupyter server: add files, follow, pause, resume and cancel them.'
);
