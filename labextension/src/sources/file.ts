import type { ISource } from '../engine/ports';

/** Milliseconds before and after 1970 that a date reaches. */
const LAST_DATE = 8.64e15;

/** A file that a person picked or dropped. Its bytes never pass through this page's memory. */
export class FileSource implements ISource {
  /**
   * @param handle - opens the file again on a later visit, where the browser gives one.
   * @param whole - what the browser sends fast as a whole: not a file that came from a handle.
   */
  constructor(
    private readonly file: File,
    readonly handle?: FileSystemFileHandle,
    readonly whole: Blob | null = handle === undefined ? file : null
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
    return nearestDate(this.file.lastModified);
  }

  slice(start: number, end: number): Blob {
    return start === 0 && end === this.size
      ? this.file
      : this.file.slice(start, end);
  }
}

/**
 * @param milliseconds - since 1970, negative before. A file system may have times that no date can show, and the server
 *   takes dates.
 */
export function nearestDate(milliseconds: number): number {
  return Math.max(-LAST_DATE, Math.min(LAST_DATE, milliseconds));
}
