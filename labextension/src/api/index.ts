import type { IDestinations } from '../destinations';
import type { IDownloads } from '../downloads';
import type { IOperationsServer } from '../engine/operations/wire';
import type { ITablesServer } from '../engine/tables/wire';
import type { ITransport } from '../engine/wire';
import type { IServer } from '../http/server';
import { LocalChoiceStore } from './destinations/choiceStore';
import { ServerBatches } from './uploads/serverBatches';
import { ServerBodies } from './uploads/serverBodies';
import { ServerChunks } from './uploads/serverChunks';
import { Destinations } from './destinations/destinations';
import { DirectFiles } from './stores/directFiles';
import { DirectParts } from './stores/directParts';
import { ServerDownloads } from './serverDownloads';
import { ServerOperations } from './serverOperations';
import { ServerRequests } from './requests';
import type { IRequests } from './requests';
import { ServerTables } from './serverTables';
import { probeByFetch, StoreAccess } from './stores/storeAccess';
import { ServerTransport } from './uploads/serverTransport';

/** What uploads need of a server, and of the stores behind it. */
export function connectUploads(server: IServer): {
  readonly requests: IRequests;
  readonly access: StoreAccess;
  readonly transport: ITransport;
} {
  const requests = new ServerRequests(server);
  const bodies = new ServerBodies(server);
  const access = new StoreAccess(requests, probeByFetch);
  return {
    requests,
    access,
    transport: new ServerTransport(
      requests,
      new ServerChunks(bodies),
      new ServerBatches(requests, bodies),
      new DirectParts(requests, access),
      new DirectFiles(requests, access),
      access
    )
  };
}

/** Everything by which a page talks to its server, and to the stores behind it. */
export function connect(server: IServer): {
  readonly transport: ITransport;
  readonly destinations: IDestinations;
  readonly operations: IOperationsServer;
  readonly downloads: IDownloads;
  readonly tables: ITablesServer;
} {
  const { requests, access, transport } = connectUploads(server);
  return {
    transport,
    destinations: new Destinations(
      requests,
      access,
      new LocalChoiceStore(server.baseUrl),
      window.location.origin
    ),
    operations: new ServerOperations(requests),
    downloads: new ServerDownloads(requests, server, window.location.origin),
    tables: new ServerTables(requests)
  };
}
