/** Transfers of this page as the kernel is told of them, and what the kernel tells as transfers. */

import type { ITransfer, TransferState } from '../engine/model';
import { isOver } from '../engine/model';
import type { IUpload } from '../engine/wire';
import type { IFile } from './model';

const NOTHING: ITransfer['can'] = {
  pause: false,
  resume: false,
  cancel: false,
  retry: false,
  checksum: false
};

export function fileOf(
  key: string,
  transfer: ITransfer,
  url: string | null
): IFile {
  const { name, destination, path, size, state, error } = transfer;
  return {
    key,
    name,
    destination,
    path,
    url,
    size,
    last_modified: transfer.lastModified,
    state,
    received: state === 'done' ? size : transfer.acknowledged,
    error,
    upload_id: transfer.uploadId
  };
}

/** Where a file of the kernel's stands that this page is not at work on. */
export interface IStanding {
  /** Another page is at work on it; else it waits for somebody to pick the file again. */
  readonly isElsewhere: boolean;
  /** What the server has of it; null where it has nothing, or was not asked. */
  readonly upload: IUpload | null;
}

/** A file that this page is not at work on, as the rows show it. */
export function standIn(file: IFile, standing: IStanding): ITransfer {
  const { upload } = standing;
  const isLeft = !isOver(file.state) && !standing.isElsewhere;
  const state: TransferState = isLeft ? 'unfinished' : file.state;
  return {
    key: file.key,
    name: file.name,
    destination: file.destination,
    folder: folderOf(file.path),
    path: file.path,
    size: file.size,
    lastModified: file.last_modified,
    acknowledged: upload?.received_bytes ?? file.received,
    sent: upload?.received_bytes ?? file.received,
    rate: null,
    timeLeft: null,
    state,
    error: isLeft ? null : file.error,
    retryAt: null,
    updated: upload?.updated ?? null,
    expires: upload?.expires ?? null,
    remembered: false,
    isHeldByWindow: false,
    uploadId: file.upload_id,
    identical: false,
    existing: null,
    tree: null,
    checksum: null,
    can: isLeft ? { ...NOTHING, resume: true, cancel: true } : NOTHING
  };
}

/** Whether picking `source` for `folder` goes on with what a file of the kernel's began. */
export function isSame(file: IFile, transfer: ITransfer): boolean {
  return (
    !isOver(file.state) &&
    file.destination === transfer.destination &&
    file.path === transfer.path &&
    file.size === transfer.size &&
    file.last_modified === transfer.lastModified
  );
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
