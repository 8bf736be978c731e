import type {
  ByteRange,
  Digest,
  IChunkReceipt,
  ISendPartOptions,
  IUpload
} from '../../engine/wire';
import { isReadable } from '../../engine/errors';
import { TransportError } from '../../engine/wire';
import { exchange } from '../../http/exchange';
import { uploadPath } from '../paths';
import type { IRequests } from '../requests';
import type { ISignedRequest } from './signedRequest';
import type { StoreAccess } from './storeAccess';
import { throwIfRefused } from './storeAnswers';

/** Parts straight to the store: the server signs each one and is told of it, but its bytes never pass there. */
export class DirectParts {
  /** Parts that a store took, but the server may not know of yet. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly requests: IRequests,
    private readonly access: StoreAccess
  ) {}

  /** @param range - one whole part. */
  async send(
    { destination, id }: IUpload,
    [start, end]: ByteRange,
    body: Blob,
    options: ISendPartOptions
  ): Promise<IChunkReceipt | null> {
    const { digest, onProgress, signal } = options;
    const part = { start, end, digest };
    const key = JSON.stringify([id, part]);
    // Only the next attempt relies on it: what the server does not find in the store is sent again.
    if (this.taken.delete(key)) {
      onProgress(end - start);
    } else if (!(await this.put(id, destination, part, body, options))) {
      return null;
    }
    try {
      return await this.requests.json<IChunkReceipt>(
        'POST',
        `${uploadPath(id)}/parts`,
        { body: part, signal }
      );
    } catch (error) {
      if (!(error instanceof TransportError) || error.retryable !== false) {
        this.taken.add(key);
      }
      throw error;
    }
  }

  /** @returns false when it was not its turn any more. */
  private async put(
    id: string,
    destination: string,
    part: IPart,
    body: Blob,
    options: ISendPartOptions,
    isRenewed = false
  ): Promise<boolean> {
    const { inTurn, signal } = options;
    const signed = await this.requests.json<ISignedRequest>(
      'POST',
      `${uploadPath(id)}/sign`,
      { body: part, signal }
    );
    try {
      const sent = await inTurn(async () => {
        await sendSigned(signed, body, options);
        this.access.answered(destination);
        return true;
      });
      return sent ?? false;
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      // A signature may have expired on the way; a second one that is refused has not.
      if (isRefusal(error) && !isRenewed) {
        return this.put(id, destination, part, body, options, true);
      }
      throw await this.explain(error, id, destination, body, signal);
    }
  }

  /** What is to be done about an error of the store. */
  private async explain(
    error: TransportError,
    id: string,
    destination: string,
    body: Blob,
    signal: AbortSignal
  ): Promise<TransportError> {
    if (isUnreachable(error) && (await isReadable(body))) {
      return (await this.access.unanswered(destination, signal))
        ? error
        : rerouted();
    }
    if (error.reason === 'not_found') {
      const { state } = await this.requests.json<IUpload>(
        'GET',
        uploadPath(id),
        { signal }
      );
      return state === 'receiving'
        ? error
        : // Another page has completed it meanwhile.
          new TransportError(error.message, 409, 'not_receiving', true);
    }
    return error;
  }
}

interface IPart {
  readonly start: number;
  readonly end: number;
  readonly digest: Digest | null;
}

/** Send a body with exactly the headers that were signed, and no credentials of this page. */
export async function sendSigned(
  { method, url, headers }: ISignedRequest,
  body: Blob,
  options: Pick<ISendPartOptions, 'onProgress' | 'signal'>
): Promise<void> {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url);
  for (const [name, value] of Object.entries(headers)) {
    xhr.setRequestHeader(name, value);
  }
  try {
    await exchange(xhr, body, options);
  } catch (error) {
    throw error instanceof TransportError && error.reason === 'network'
      ? unreachable(error)
      : error;
  }
  throwIfRefused(xhr.status, xhr.responseText);
}

/** Another way than the one to the server is down. */
function unreachable(cause: TransportError): TransportError {
  const error = new TransportError(
    'The bucket can’t be reached.',
    0,
    'store_unreachable'
  );
  error.cause = cause;
  return error;
}

/** What was to go straight to the store has to go through the server. */
export function rerouted(): TransportError {
  return new TransportError(
    'The bucket does not let this page send anything.',
    0,
    'rerouted',
    true
  );
}

/** Whether the store gave no answer at all, not even a bad one. */
export function isUnreachable({ reason, status }: TransportError): boolean {
  return reason === 'store_unreachable' && status === 0;
}

/** Whether another signature may help. */
function isRefusal({ reason }: TransportError): boolean {
  return reason === 'access_denied' || reason === 'credentials_expired';
}
