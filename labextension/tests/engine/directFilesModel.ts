import type { ISentFile, Signing } from '../../src/engine/directFiles';
import { TransportError } from '../../src/engine/wire';
import type {
  DigestAlgorithm,
  IBatchFile,
  IBatchOutcome,
  IErrorFields
} from '../../src/engine/wire';
import { keyOf } from './batchesModel';
import { digestOf } from './digests';

/** A store that pages send small files to themselves, and the server that signs them, as docs/wire.md has it. */
export class DirectFilesModel {
  /** What the store verifies; null where nothing may go straight to it. */
  digest: DigestAlgorithm | null = null;
  /** Whether the store lets pages in. */
  open = true;
  /** Whether it keeps what has a name already. */
  heedsConditions = true;
  /** What keeps a file from being signed. */
  refuse: (file: IBatchFile) => IErrorFields | undefined = () => undefined;
  /** Paths of files in the order in which they were put. */
  readonly put: string[] = [];
  private readonly signed = new Map<string, IBatchFile>();
  /** With which signature each file came. */
  private readonly broughtBy = new Map<string, string>();

  constructor(private readonly files: Map<string, Uint8Array>) {}

  sign(files: readonly IBatchFile[]): readonly Signing[] {
    return files.map((file): Signing => {
      const error = this.refuse(file);
      if (error !== undefined) {
        return { state: 'failed', error };
      }
      if (file.digest?.startsWith(`${this.digest}=`) !== true) {
        const missing = { reason: 'digest_missing', message: 'None' };
        return { state: 'failed', error: missing };
      }
      if (
        file.on_conflict === 'rename' ||
        (file.on_conflict === 'fail' && !this.heedsConditions)
      ) {
        return null;
      }
      const id = `signed-${this.signed.size}`;
      this.signed.set(id, file);
      return { state: 'signed', id };
    });
  }

  take(destination: string, id: string, bytes: Uint8Array): void {
    const file = this.signed.get(id);
    if (file === undefined) {
      throw new TransportError('Never signed', 403, 'access_denied', false);
    }
    if (!this.open) {
      throw new TransportError('No way there', 0, 'rerouted', true);
    }
    if (digestOf(this.digest ?? 'md5', bytes) !== file.digest) {
      throw new TransportError('Other bytes', 400, 'digest_mismatch', true);
    }
    const key = keyOf(destination, file.path);
    if (file.on_conflict === 'fail' && this.files.has(key)) {
      throw new TransportError('Taken', 412, 'exists', false);
    }
    this.put.push(file.path);
    this.broughtBy.set(key, id);
    this.files.set(key, bytes.slice());
  }

  confirm(
    destination: string,
    files: readonly ISentFile[]
  ): readonly IBatchOutcome[] {
    return files.map(({ path, digest, id }): IBatchOutcome => {
      const key = keyOf(destination, path);
      const there = this.files.get(key);
      if (there === undefined) {
        const error = { reason: 'incomplete', message: '', retryable: true };
        return { state: 'failed', error };
      }
      const isOurs = this.broughtBy.get(key) === id;
      return digestOf(this.digest ?? 'md5', there) === digest
        ? { state: 'done', path, identical: !isOurs }
        : {
            state: 'failed',
            error: { reason: 'exists', message: '', size: there.length }
          };
    });
  }
}
