import type { ILink, IResumeStore, ISource } from '../../src/engine/ports';

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

  link(): Promise<ILink> {
    return Promise.resolve(this.learnt);
  }

  rememberLink(learnt: ILink): Promise<void> {
    this.learnt = { ...this.learnt, ...learnt };
    return Promise.resolve();
  }
}
