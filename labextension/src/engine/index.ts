/**
 * The upload engine: no user interface, no JupyterLab.
 *
 * What a page needs to put it together:
 *
 *     const transfers: ITransfers = createTransfers({
 *       transport: new ServerTransport(serverSettings), // ../api; ServerConnection.ISettings
 *       conflicts // an IConflictResolver
 *     });
 *     transfers.add([...files].map(file => new FileSource(file)), folder); // ../sources/file
 *
 * Everything that the outside may name is exported here or in ./ports.
 */
export { createTransfers } from './transfers';
export type { ITransfersOptions } from './transfers';
