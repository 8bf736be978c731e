import type { ServerConnection } from '@jupyterlab/services';
import type { IDestinations } from '../destinations';
import type { IDownloads } from '../downloads';
import type { IOperationsServer } from '../engine/operations/wire';
import type { ITablesServer } from '../engine/tables/wire';
import type { ITransport } from '../engine/wire';
import { LocalChoiceStore } from './choiceStore';
import { ServerBatches } from './serverBatches';
import { ServerBodies } from './serverBodies';
import { ServerChunks } from './serverChunks';
import { Destinations } from './destinations';
import { DirectFiles } from './directFiles';
import { DirectParts } from './directParts';
import { ServerDownloads } from './serverDownloads';
import { ServerOperations } from './serverOperations';
import { ServerRequests } from './requests';
import { ServerTables } from './serverTables';
import { probeByFetch, StoreAccess } from './storeAccess';
import { ServerTransport } from './serverTransport';

/** Everything by which a page talks to its server, and to the stores behind it. */
export function connect(settings: ServerConnection.ISettings): {
  readonly transport: ITransport;
  readonly destinations: IDestinations;
  readonly operations: IOperationsServer;
  readonly downloads: IDownloads;
  readonly tables: ITablesServer;
} {
  const requests = new ServerRequests(settings);
  const bodies = new ServerBodies(settings);
  const access = new StoreAccess(requests, probeByFetch);
  return {
    transport: new ServerTransport(
      requests,
      new ServerChunks(bodies),
      new ServerBatches(requests, bodies),
      new DirectParts(requests, access),
      new DirectFiles(requests, access),
      access
    ),
    destinations: new Destinations(
      requests,
      access,
      new LocalChoiceStore(settings.baseUrl),
      window.location.origin
    ),
    operations: new ServerOperations(requests),
    downloads: new ServerDownloads(requests, settings, window.location.origin),
    tables: new ServerTables(requests)
  };
}
