import { Emitter } from '../engine/emitter';
import type { IListenable } from '../engine/emitter';
import type { TransferState } from '../engine/model';
import { isOver } from '../engine/model';
import type { IClaims } from '../engine/ports';
import type { ITransport, IUpload } from '../engine/wire';
import type { IStanding } from './files';
import type { IFile } from './model';

/** Milliseconds for which news of a file show that some page is at work on it. */
const FRESH = 15_000;

/** Milliseconds between two looks at who is at work on what. */
const LOOK_EVERY = 10_000;

export interface IOthersOptions {
  readonly transport: Pick<ITransport, 'status' | 'abort'>;
  readonly claims: Pick<IClaims, 'others'>;
}

/** Files of the kernel's that this page is not at work on: another page is, or nobody any more. */
export class Others {
  readonly changed: IListenable<void>;
  /** Files that are complete although the page that was at work on them did not live to tell the kernel. */
  readonly completed: IListenable<IFile>;
  private readonly changes = new Emitter<void>();
  private readonly completions = new Emitter<IFile>();
  private readonly uploads = new Map<string, IUpload | null>();
  private readonly heard = new Map<string, { file: IFile; at: number }>();
  private claimed: ReadonlySet<string> = new Set();
  private files: readonly IFile[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: IOthersOptions) {
    this.changed = this.changes;
    this.completed = this.completions;
  }

  /** @param files - all that the kernel knows and this page is not at work on. */
  update(files: readonly IFile[]): void {
    this.files = files.filter(({ state }) => !isOver(state));
    const now = Date.now();
    for (const file of this.files) {
      const { key, received, state } = file;
      const last = this.heard.get(key);
      if (last === undefined) {
        this.heard.set(key, { file, at: -Infinity });
      } else if (last.file.received !== received || last.file.state !== state) {
        this.heard.set(key, { file, at: now });
      }
    }
    if (this.files.length > 0 && this.timer === null) {
      void this.look();
    }
  }

  standing({ key, upload_id: id }: IFile): IStanding {
    const at = this.heard.get(key)?.at ?? -Infinity;
    return {
      isElsewhere:
        Date.now() - at < FRESH || (id !== null && this.claimed.has(id)),
      upload: id === null ? null : (this.uploads.get(id) ?? null)
    };
  }

  /** Take from the server what nobody will go on with. */
  cancel(id: string | null, state: TransferState): void {
    if (id !== null && !isOver(state)) {
      // The server's sweep gets what is left.
      this.options.transport.abort(id).catch(() => undefined);
    }
  }

  dispose(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
  }

  private async look(): Promise<void> {
    this.timer = setTimeout(() => {
      this.timer = null;
      this.update(this.files);
    }, LOOK_EVERY);
    this.claimed = await this.options.claims.others();
    const left = this.files.filter(file => !this.standing(file).isElsewhere);
    await Promise.all(left.map(file => this.ask(file)));
    this.changes.emit();
  }

  private async ask(file: IFile): Promise<void> {
    const { upload_id: id } = file;
    if (id === null) {
      return;
    }
    try {
      const upload = await this.options.transport.status(id);
      this.uploads.set(id, upload);
      if (upload.state === 'done') {
        const { path } = upload;
        const received = file.size;
        this.completions.emit({
          ...file,
          path,
          received,
          state: 'done',
          error: null
        });
      }
    } catch {
      // It is gone, or the server is: picking the file again does what can be done.
      this.uploads.delete(id);
    }
  }
}
