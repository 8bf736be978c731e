import type {
  ILink,
  IPick,
  IResumeStore,
  ISource,
  ITree
} from '../../src/engine/ports';

/** What a browser keeps between visits; it outlives a page when the next one is given it. */
export class MemoryResumeStore implements IResumeStore {
  readonly files = new Map<string, ISource>();
  learnt: ILink = {};
  /** Whether the person lets the page read a file again. */
  allowed = true;

  remember(uploadId: string, source: ISource): Promise<void> {
    if (source.handle !== undefined) {
      this.files.set(uploadId, source);
    }
    return Promise.resolve();
  }

  remembered(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.files.keys()));
  }

  recall(uploadId: string): Promise<ISource | null> {
    const file = this.allowed ? this.files.get(uploadId) : undefined;
    return Promise.resolve(file ?? null);
  }

  forget(uploadId: string): Promise<void> {
    this.files.delete(uploadId);
    return Promise.resolve();
  }

  readonly kept = new Map<string, { pick: IPick; handle: unknown }>();
  /** Opens a handle of something picked. */
  openPick: (handle: unknown) => ISource | ITree | null = () => null;

  rememberPick(pick: IPick, handle: unknown): Promise<void> {
    const before = this.kept.get(pick.id)?.handle;
    this.kept.set(pick.id, {
      pick,
      handle: handle === undefined ? before : (handle ?? undefined)
    });
    return Promise.resolve();
  }

  picks(): ReturnType<IResumeStore['picks']> {
    return Promise.resolve(
      [...this.kept.values()].map(({ pick, handle }) => ({
        ...pick,
        remembered: handle !== undefined
      }))
    );
  }

  recallPick(id: string): Promise<ISource | ITree | null> {
    const { handle } = this.kept.get(id) ?? {};
    return Promise.resolve(this.allowed ? this.openPick(handle) : null);
  }

  forgetPick(id: string): Promise<void> {
    this.kept.delete(id);
    return Promise.resolve();
  }

  link(): Promise<ILink> {
    return Promise.resolve(this.learnt);
  }

  rememberLink(learnt: ILink): Promise<void> {
    this.learnt = { ...this.learnt, ...learnt };
    return Promise.resolve();
  }
}
