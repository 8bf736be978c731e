import { HOME } from '../../src/engine/ports';
import type {
  IBatchFile,
  IBatchManifest,
  IBatchOutcome,
  IBatchReceipt,
  IErrorFields,
  IExisting,
  ILookedUp
} from '../../src/engine/wire';
import { digestOf } from './digests';
import type { ICall } from './trafficModel';

/** What a file is called in `ServerModel.files`. */
export function keyOf(destination: string, path: string): string {
  return destination === HOME ? path : `${destination}:${path}`;
}

/** Many small files in one request, as docs/wire.md has them. */
export class BatchesModel {
  readonly folders = new Set<string>();
  /** Paths of files in the order in which they were written; one that is there twice was sent twice. */
  readonly written: string[] = [];
  /** How many files came in each request. */
  readonly sizes: number[] = [];
  /** What keeps a file out. */
  refuse: (file: IBatchFile) => IErrorFields | undefined = () => undefined;
  refuseFolder: (path: string) => IErrorFields | undefined = () => undefined;
  /** How many files of a batch are stored before its connection breaks; null where it does not. */
  breaksAfter: (call: ICall) => number | null = () => null;

  constructor(
    private readonly files: Map<string, Uint8Array>,
    private readonly damage: (call: ICall) => boolean
  ) {}

  store(
    call: ICall,
    destination: string,
    { folders, files }: IBatchManifest,
    bytes: readonly Uint8Array[]
  ): IBatchReceipt {
    const made = folders.map((path): IBatchOutcome => {
      const error = this.refuseFolder(path);
      if (error !== undefined) {
        return { state: 'failed', error };
      }
      this.folders.add(path);
      return { state: 'done', path };
    });
    this.sizes.push(files.length);
    const most = this.breaksAfter(call) ?? files.length;
    return {
      folders: made,
      files: files.slice(0, most).map((file, index) => {
        const content = bytes[index] ?? new Uint8Array();
        const came =
          index === 0 && this.damage(call)
            ? content.map((byte, at) => (at === 0 ? byte ^ 1 : byte))
            : content;
        return this.storeOne(destination, file, came);
      })
    };
  }

  existing(
    destination: string,
    files: readonly ILookedUp[]
  ): readonly IExisting[] {
    return files.flatMap(({ path, size, digest }, index) => {
      const there = this.files.get(keyOf(destination, path));
      return there === undefined
        ? []
        : [
            {
              index,
              kind: 'file' as const,
              size: there.length,
              last_modified: 0,
              identical:
                digest === undefined || there.length !== size
                  ? null
                  : isDigest(digest, there)
            }
          ];
    });
  }

  remove(destination: string, files: readonly ILookedUp[]): void {
    for (const { path, digest } of files) {
      const key = keyOf(destination, path);
      const there = this.files.get(key);
      if (there !== undefined && isDigest(digest ?? '', there)) {
        this.files.delete(key);
      }
    }
  }

  private storeOne(
    destination: string,
    file: IBatchFile,
    content: Uint8Array
  ): IBatchOutcome {
    const refused = this.refuse(file);
    if (refused !== undefined) {
      return { state: 'failed', error: refused };
    }
    if (file.digest !== null && !isDigest(file.digest, content)) {
      return failed('digest_mismatch', true);
    }
    let { path } = file;
    const there = this.files.get(keyOf(destination, path));
    if (there !== undefined) {
      if (file.digest !== null && isDigest(file.digest, there)) {
        return { state: 'done', path, identical: true };
      }
      if (file.on_conflict === 'fail') {
        return failed('exists', false, there.length);
      }
      if (file.on_conflict === 'rename') {
        path = path.replace(/(\.[^./]*)?$/, ' (1)$1');
      }
    }
    this.written.push(path);
    this.files.set(keyOf(destination, path), content.slice());
    return { state: 'done', path, identical: false };
  }
}

function isDigest(digest: string, content: Uint8Array): boolean {
  const [algorithm = ''] = digest.split('=');
  return digest === digestOf(algorithm as 'xxh3-128', content);
}

function failed(
  reason: string,
  retryable: boolean,
  size?: number
): IBatchOutcome {
  const error = { reason, message: reason, retryable };
  return {
    state: 'failed',
    error: size === undefined ? error : { ...error, size }
  };
}
