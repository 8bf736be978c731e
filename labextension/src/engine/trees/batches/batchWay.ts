import { HOME } from '../../ports';
import type { ISendingContext } from '../../sending/sending';
import type { DigestAlgorithm, IBatchOutcome } from '../../wire';
import type { IReadEntry } from './batch';

export interface IBatchOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes of the batch that have left so far. */
  readonly onProgress: (sent: number) => void;
  /** What became of a file; undefined where nothing is said of it. */
  readonly onOutcome: (
    file: IReadEntry,
    outcome: IBatchOutcome | undefined
  ) => void;
}

/** One way for the bytes of small files. */
export interface IBatchWay {
  /** Most files, and bytes, of the next batch. */
  readonly files: number;
  readonly bytes: number;
  /**
   * Send files. Rejects with what concerns all of those whose outcome was not told.
   *
   * @returns those that this way can't bring to their place.
   */
  send(
    batch: readonly IReadEntry[],
    options: IBatchOptions
  ): Promise<readonly IReadEntry[]>;
}

/** The algorithm with which files go straight to a destination; null where they don't. */
export async function directDigest(
  { transport, hasher }: Pick<ISendingContext, 'transport' | 'hasher'>,
  destination: string,
  signal?: AbortSignal
): Promise<DigestAlgorithm | null> {
  if (destination === HOME) {
    return null;
  }
  const digest = await transport.directFiles.digest(destination, signal);
  return digest !== null && hasher.algorithms.includes(digest) ? digest : null;
}
