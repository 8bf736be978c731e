/**
 * The upload engine: no user interface, no JupyterLab.
 *
 * What a page needs to put it together:
 *
 *     const transfers: ITransfers = createTransfers({
 *       transport: connect(server).transport, // ../api
 *       hasher: createHasher(), // ../hashing
 *       resumeStore: new ResumeStore(server.baseUrl), // ../resume
 *       network: new BrowserNetwork(baseUrl), // ../browser/network
 *       conflicts // an IConflictResolver
 *     });
 *     transfers.add([...files].map(file => new FileSource(file)), folder); // ../sources/file
 *
 * Everything that the outside may name is exported here, in ./model, ./ports or ./wire.
 */
export { createTransfers } from './queue/transfers';
export type { ITransfersOptions } from './queue/transfers';
