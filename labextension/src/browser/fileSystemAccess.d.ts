/**
 * The part of the File System Access API that only some browsers have, and TypeScript does not know
 * (https://wicg.github.io/file-system-access/).
 */

/* eslint-disable @typescript-eslint/naming-convention -- they add to what the DOM calls by these names */

interface FileSystemHandle {
  queryPermission(descriptor: { mode: 'read' }): Promise<PermissionState>;
  /** Only from a click or a key. */
  requestPermission(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

/** TypeScript has it for all that the two kinds of handles have in common; there are no others. */
interface FileSystemDirectoryHandle {
  values(): FileSystemDirectoryHandleAsyncIterator<
    FileSystemDirectoryHandle | FileSystemFileHandle
  >;
}

/** Of the first version of the entries API, which Chromium still has. */
interface FileSystemEntry {
  getMetadata?(
    success: (metadata: {
      readonly size: number;
      readonly modificationTime: Date;
    }) => void,
    error: (error: DOMException) => void
  ): void;
}

interface DataTransferItem {
  /** In secure contexts only; null for what is no file. */
  getAsFileSystemHandle?(): Promise<
    FileSystemDirectoryHandle | FileSystemFileHandle | null
  >;
}

interface Window {
  /** In secure contexts only, and not in frames of another origin. */
  readonly showOpenFilePicker?: (options: {
    multiple: boolean;
  }) => Promise<FileSystemFileHandle[]>;
}
