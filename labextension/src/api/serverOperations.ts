import type { IKind } from '../engine/operations/model';
import type {
  INewOperation,
  IOperationsServer,
  IServerOperation,
  IServerOperations
} from '../engine/operations/wire';
import { OPERATIONS, operationPath } from './paths';
import type { IRequests } from './requests';

/** Seconds that an answer may take besides those that the server waits. */
const TIMEOUT = 30;

/** The wire of docs/wire.md, "Operations". */
export class ServerOperations implements IOperationsServer {
  constructor(private readonly requests: IRequests) {}

  async kinds(): Promise<readonly IKind[]> {
    const { kinds } = await this.requests.json<{
      readonly kinds: readonly IKind[];
    }>('GET', `${OPERATIONS}/kinds`);
    return kinds;
  }

  list(after?: {
    readonly version: string;
    readonly seconds: number;
  }): Promise<IServerOperations> {
    if (after === undefined) {
      return this.requests.json('GET', OPERATIONS);
    }
    const { version, seconds } = after;
    const query = new URLSearchParams({ wait: `${seconds}`, since: version });
    return this.requests.json('GET', `${OPERATIONS}?${query}`, {
      timeout: seconds + TIMEOUT
    });
  }

  start(
    operation: INewOperation,
    idempotencyKey: string
  ): Promise<IServerOperation> {
    return this.requests.json('POST', OPERATIONS, {
      body: operation,
      headers: { 'Idempotency-Key': idempotencyKey }
    });
  }

  cancel(id: string): Promise<IServerOperation> {
    return this.requests.json('POST', `${operationPath(id)}/cancel`);
  }

  remove(id: string): Promise<void> {
    return this.requests.send('DELETE', operationPath(id));
  }
}
