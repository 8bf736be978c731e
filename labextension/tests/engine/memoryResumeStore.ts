import type { IResumeStore, ISource } from '../../src/engine/ports';

/** What a browser keeps between visits; it outlives a page when the next one is given it. */
export class MemoryResumeStore implements IResumeStore {
  readonly files = new Map<string, ISource>();
  body: number | null = null;
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

  largestBody(): Promise<number | null> {
    return Promise.resolve(this.body);
  }

  rememberLargestBody(bytes: number): Promise<void> {
    this.body = bytes;
    return Promise.resolve();
  }
}
