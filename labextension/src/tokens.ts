import { Token } from '@lumino/coreutils';
import type { IDestinations as Destinations } from './destinations';
import type { IDownloads } from './downloads';
import type { ITransfers as Transfers } from './engine/model';
import type { IOperations as Operations } from './engine/operations/model';
import type { IOperationsServer } from './engine/operations/wire';
import type { ITables as Tables } from './engine/tables/model';
import type { ITablesServer } from './engine/tables/wire';
import type { ITransport } from './engine/wire';

/** The uploads of this page, for any extension that wants to start, show or steer some. */
export type ITransfers = Transfers;

export const ITransfers = new Token<ITransfers>(
  'jupyter-bigupload:ITransfers',
  'Uploads of files of any size to the Jupyter server: add files, follow, pause, resume and cancel them.'
);

/** The places that files can go to, for any extension that wants to know or choose them. */
export type IDestinations = Destinations;

export const IDestinations = new Token<IDestinations>(
  'jupyter-bigupload:IDestinations',
  'The home folder and the buckets that files can be uploaded to: list, check, choose and browse them.'
);

/** The long work of the server, for any extension that wants to start, show or end some. */
export type IOperations = Operations;

export const IOperations = new Token<IOperations>(
  'jupyter-bigupload:IOperations',
  'What the server does with files that are there: start, follow and cancel operations.'
);

/** Files as tables, for any extension that wants to show or compare some. */
export type ITables = Tables;

export const ITables = new Token<ITables>(
  'jupyter-bigupload:ITables',
  'Files as tables: look at them, change how they are read, compare their versions.'
);

/** The way to the server, which uploads and destinations share: one learns from the other. */
export interface IConnection {
  readonly transport: ITransport;
  readonly destinations: IDestinations;
  readonly operations: IOperationsServer;
  readonly downloads: IDownloads;
  readonly tables: ITablesServer;
}

export const IConnection = new Token<IConnection>(
  'jupyter-bigupload:IConnection'
);
