import type {
  IDirectFiles,
  ISentFile,
  ISignedFile,
  Signing
} from '../../engine/directFiles';
import type {
  DigestAlgorithm,
  IBatchFile,
  IBatchOutcome
} from '../../engine/wire';
import { TransportError } from '../../engine/wire';
import { DESTINATIONS, SENT, SIGNED, toDestination } from '../paths';
import type { IRequests } from '../requests';
import { isUnreachable, rerouted, sendSigned } from './directParts';
import type { ISignedRequest } from './signedRequest';
import type { StoreAccess } from './storeAccess';

/** Seconds that the server may take to sign many files, or to look for them in a store. */
const TIMEOUT = 120;

/** Milliseconds after which a store is tried again that answers to a probe, but not to a file. */
const TRY_AGAIN_AFTER = 60_000;

/** Small files straight to the store: the server signs them and looks for them, but their bytes never pass there. */
export class DirectFiles implements IDirectFiles {
  /** Stores that took a file of this page. */
  private readonly proven = new Set<string>();
  /** When others did not answer to one, though they do to a probe. */
  private readonly closedAt = new Map<string, number>();

  constructor(
    private readonly requests: IRequests,
    private readonly access: StoreAccess
  ) {}

  async digest(
    destination: string,
    signal?: AbortSignal
  ): Promise<DigestAlgorithm | null> {
    const { destinations } = await this.requests.json<{
      readonly destinations: readonly {
        readonly name: string;
        readonly digest: DigestAlgorithm | null;
      }[];
    }>('GET', DESTINATIONS, { signal });
    return (
      destinations.find(({ name }) => name === destination)?.digest ?? null
    );
  }

  async isOpen(destination: string, signal: AbortSignal): Promise<boolean> {
    const closedAt = this.closedAt.get(destination) ?? -Infinity;
    return (
      Date.now() - closedAt >= TRY_AGAIN_AFTER &&
      (await this.access.isOpen(destination, signal))
    );
  }

  async sign(
    destination: string,
    files: readonly IBatchFile[],
    signal: AbortSignal
  ): Promise<readonly Signing[]> {
    return this.post<Signing>(SIGNED, destination, files, signal);
  }

  async put(
    destination: string,
    file: ISignedFile,
    bytes: Uint8Array<ArrayBuffer>,
    options: Parameters<IDirectFiles['put']>[3]
  ): Promise<void> {
    try {
      await sendSigned(
        // As `sign` answered it.
        file as ISignedFile & ISignedRequest,
        new Blob([bytes]),
        options
      );
    } catch (error) {
      throw error instanceof TransportError && isUnreachable(error)
        ? await this.explain(error, destination, options.signal)
        : error;
    }
    this.access.answered(destination);
    this.proven.add(destination);
  }

  confirm(
    destination: string,
    files: readonly ISentFile[],
    signal: AbortSignal
  ): Promise<readonly IBatchOutcome[]> {
    return this.post<IBatchOutcome>(SENT, destination, files, signal);
  }

  /** What is to be done about a store that gave no answer. */
  private async explain(
    error: TransportError,
    destination: string,
    signal: AbortSignal
  ): Promise<TransportError> {
    const isUsable = await this.access.unanswered(destination, signal);
    if (isUsable && this.proven.has(destination)) {
      return error;
    }
    if (isUsable) {
      // A rule of the bucket may allow the headers of a part, and not those of a file.
      this.closedAt.set(destination, Date.now());
    }
    return rerouted();
  }

  private async post<T>(
    path: string,
    destination: string,
    files: readonly IBatchFile[],
    signal: AbortSignal
  ): Promise<readonly T[]> {
    const answer = await this.requests.json<{ readonly files: readonly T[] }>(
      'POST',
      toDestination(path, destination),
      { body: { files }, signal, timeout: TIMEOUT }
    );
    return answer.files;
  }
}
