import type { IKind } from '../../src/engine/operations/model';
import type {
  INewOperation,
  IOperationsServer,
  IServerOperation,
  IServerOperations
} from '../../src/engine/operations/wire';
import { TransportError } from '../../src/engine/wire';

type Metadata = IServerOperation['metadata'];

export const checksum: IKind = {
  name: 'checksum',
  title: 'Compute checksum',
  description: 'Reads the file.',
  takes: 'file',
  endings: [],
  offered: true,
  parameters: {
    type: 'object',
    properties: { algorithm: { type: 'string', default: 'sha256' } }
  },
  missing: null
};

/** Milliseconds between two looks of the server while a request waits, as the server's own. */
const LOOK = 250;

/** The server's operations, which a test moves on. */
export class OperationsModel implements IOperationsServer {
  known: IServerOperation[] = [];
  offered: readonly IKind[] = [checksum];
  /** Thrown in place of each answer while it is set. */
  fault: TransportError | null = null;
  /** The next start is carried out, and its answer lost. */
  losesAnswer = false;
  /** Milliseconds that a list takes on its way. */
  delay = 0;
  /** What was asked, in order. */
  readonly asked: string[] = [];
  private readonly keys = new Map<string, string>();

  add(id: string, more: Partial<Metadata> = {}): void {
    this.known.push({
      metadata: {
        id,
        kind: 'checksum',
        destination: 'home',
        path: `data/${id}.bin`,
        parameters: {},
        state: 'running',
        cancelling: false,
        created: new Date(this.known.length).toISOString(),
        progress: { done: 0, total: 1000, unit: 'bytes' },
        ...more
      }
    });
  }

  change(
    id: string,
    metadata: Partial<Metadata>,
    more: Partial<IServerOperation> = {}
  ): void {
    this.known = this.known.map(one =>
      one.metadata.id === id
        ? { ...one, ...more, metadata: { ...one.metadata, ...metadata } }
        : one
    );
  }

  progress(id: string, done: number): void {
    this.change(id, { progress: { done, total: 1000, unit: 'bytes' } });
  }

  kinds(): Promise<readonly IKind[]> {
    return this.answer('kinds', () => this.offered);
  }

  async list(after?: {
    readonly version: string;
    readonly seconds: number;
  }): Promise<IServerOperations> {
    const until = Date.now() + (after?.seconds ?? 0) * 1000;
    this.asked.push(after === undefined ? 'list' : 'wait');
    for (;;) {
      this.throwFault();
      const version = JSON.stringify(this.known);
      if (version !== after?.version || Date.now() >= until) {
        const operations = [...this.known].reverse();
        await new Promise(resolve => setTimeout(resolve, this.delay));
        return { operations, version };
      }
      await new Promise(resolve => setTimeout(resolve, LOOK));
    }
  }

  start(operation: INewOperation, key: string): Promise<IServerOperation> {
    return this.answer(`start ${operation.kind}`, () => {
      const id = this.keys.get(key) ?? `started-${this.keys.size}`;
      if (!this.keys.has(key)) {
        this.keys.set(key, id);
        this.add(id, operation);
      }
      if (this.losesAnswer) {
        this.losesAnswer = false;
        throw new TransportError('', 0, 'network');
      }
      return this.find(id);
    });
  }

  cancel(id: string): Promise<IServerOperation> {
    return this.answer(`cancel ${id}`, () => {
      this.change(id, { cancelling: true });
      return this.find(id);
    });
  }

  remove(id: string): Promise<void> {
    return this.answer(`remove ${id}`, () => {
      this.find(id);
      this.known = this.known.filter(({ metadata }) => metadata.id !== id);
    });
  }

  private find(id: string): IServerOperation {
    const found = this.known.find(({ metadata }) => metadata.id === id);
    if (found === undefined) {
      throw new TransportError('There is none.', 404, 'not_found', false);
    }
    return found;
  }

  private async answer<T>(what: string, answer: () => T): Promise<T> {
    this.asked.push(what);
    await Promise.resolve();
    this.throwFault();
    return answer();
  }

  private throwFault(): void {
    if (this.fault !== null) {
      throw this.fault;
    }
  }
}
