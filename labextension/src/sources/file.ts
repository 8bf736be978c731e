import type { ISource } from '../engine/ports';

/** A file that a person picked or dropped. Only ever sliced: its bytes never pass through this page's memory. */
export class FileSource implements ISource {
  /** @param handle - opens the file again on a later visit, where the browser gives one. */
  constructor(
    private readonly file: File,
    readonly handle?: FileSystemFileHandle
  ) {}

  /** The file behind a handle, as it is now. */
  static async open(handle: FileSystemFileHandle): Promise<FileSource> {
    return new FileSource(await handle.getFile(), handle);
  }

  get name(): string {
    return this.file.name;
  }

  get size(): number {
    return this.file.size;
  }

  get lastModified(): number {
    // Before 1970 it is negative, which the server does not take.
    return Math.max(0, this.file.lastModified);
  }

  slice(start: number, end: number): Blob {
    return this.file.slice(start, end);
  }
}
