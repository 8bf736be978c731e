import { isUnconfirmed, OutOfDate } from '../errors';
import type { ISource } from '../ports';
import type { RemoteUpload } from '../resuming/remoteUpload';
import { isChecking, isOutOfDate } from '../retrying/policy';
import type { Retry } from '../retrying/retry';
import type { Verification } from '../sending/verification';
import type {
  DigestAlgorithm,
  IPart,
  ITransport,
  IUpload,
  OnConflict
} from '../wire';

interface ICompletion {
  readonly transport: ITransport;
  readonly remote: RemoteUpload;
  readonly retry: Retry;
  readonly verification: Verification;
  readonly upload: IUpload;
  readonly source: ISource;
  /** What the person decided; undefined leaves it as it was when the upload was created. */
  readonly onConflict: OnConflict | undefined;
  readonly signal: AbortSignal;
}

/**
 * Have the server hold what it has against what this page read, and give the file its name.
 *
 * Rejects with `OutOfDate` when some of it is missing, or was found to be wrong.
 */
export async function complete(completion: ICompletion): Promise<IUpload> {
  const { digest } = completion.upload;
  if (digest === null) {
    return ask(completion, {});
  }
  try {
    return await ask(completion, { composite: await compositeOf(completion) });
  } catch (error) {
    if (!isUnconfirmed(error)) {
      throw error;
    }
    // The server drops what differs, and asks for that alone.
    const digests = await statedDigests(completion, digest);
    return ask(completion, {
      composite: await compositeOf(completion),
      digests
    });
  }
}

function ask(
  { onConflict, remote, retry, signal, upload }: ICompletion,
  what: { composite?: string | undefined; digests?: readonly IPart[] }
): Promise<IUpload> {
  const send = async () => {
    try {
      return await remote.complete(upload, { ...what, onConflict });
    } catch (error) {
      throw isOutOfDate(error) ? new OutOfDate(error) : error;
    }
  };
  // The server reads it all once more; that is part of finishing.
  return retry.run(send, signal, isChecking);
}

/** What stands for the whole file. */
async function compositeOf(
  completion: ICompletion
): Promise<string | undefined> {
  const { signal, source, upload, verification } = completion;
  const known = await verification.composite(upload, source, signal);
  if (known !== null) {
    return known;
  }
  // The answer to a chunk tells of other pages' chunks too, but not their digests.
  await look(completion);
  return (await verification.composite(upload, source, signal)) ?? undefined;
}

async function statedDigests(
  completion: ICompletion,
  algorithm: DigestAlgorithm
): Promise<readonly IPart[]> {
  const { signal, source, verification } = completion;
  await look(completion);
  return verification.stated(algorithm, source, signal);
}

/** Read which parts the server has. */
async function look(completion: ICompletion): Promise<void> {
  const { retry, signal, transport, upload, verification } = completion;
  verification.replace(
    await retry.run(() => transport.status(upload.id, signal), signal)
  );
}
