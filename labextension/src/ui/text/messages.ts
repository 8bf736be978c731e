/** Errors in words that say what to do next. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDestination } from '../../destinations';
import type { ITransfer, SourceMismatchError } from '../../engine/model';
import type { ISource } from '../../engine/ports';
import { HOME } from '../../engine/ports';

type Explain = (trans: TranslationBundle, transfer: ITransfer) => string;

/**
 * One sentence for each `reason` that a person can do something about (docs/wire.md lists them).
 *
 * What is missing here is a fault of a program, and the server's own message says it best.
 */
const EXPLANATIONS: ReadonlyMap<string, Explain> = new Map(
  Object.entries<Explain>({
    access_denied: trans =>
      trans.__(
        'The bucket does not accept the credentials of the server, or does not let them do this. Ask who runs the server, or the bucket, then retry.'
      ),
    bucket_missing: trans =>
      trans.__(
        'This bucket does not exist, or no longer does. Choose another destination, or ask who runs the server to correct its name.'
      ),
    checking: trans =>
      trans.__(
        'The server checks what it has of this file. The upload goes on by itself.'
      ),
    composite_mismatch: trans =>
      trans.__(
        'What arrived is not the file on your computer, so nothing was stored under its name. Retry to send all of it again.'
      ),
    credentials_expired: trans =>
      trans.__(
        'The credentials of the server for this bucket have expired. Renew them, or ask who runs the server to, then retry.'
      ),
    credentials_missing: trans =>
      trans.__(
        'The server has no credentials for this bucket. Set them up, or ask who runs the server to, then retry.'
      ),
    digest_mismatch: trans =>
      trans.__(
        'Some bytes were damaged on their way, and the server did not take them. If this does not stop, use another network.'
      ),
    digest_missing: trans =>
      trans.__(
        'This page and the server do not agree on how to verify the file. Reload the page, then upload the file again.'
      ),
    exists: (trans, { name }) =>
      trans.__(
        'A file named “%1” is already there. Retry to decide what happens to it.',
        name
      ),
    files_failed: (trans, { tree }) =>
      trans._n(
        '%1 file did not arrive: open the list to see why. Retry sends only what is missing.',
        '%1 files did not arrive: open the list to see why. Retry sends only what is missing.',
        tree?.failed ?? 1
      ),
    folder_missing: (trans, { folder }) =>
      trans.__(
        'The folder “%1” is no longer there. Create it again, then retry.',
        folder
      ),
    folder_unavailable: (trans, { folder }) =>
      folder === ''
        ? trans.__(
            'The folder of the server is not there: it was renamed or removed. The upload goes on when it is back.'
          )
        : trans.__(
            'The folder “%1” is not there: it was renamed or removed. The upload goes on when it is back.',
            folder
          ),
    forbidden: trans =>
      trans.__(
        'You are not allowed to upload to this server. Ask who runs it for permission, then retry.'
      ),
    gateway: trans => trans.__('The server cannot be reached.'),
    hidden: trans =>
      trans.__(
        'This server does not accept hidden files. Use a name and a folder that do not start with a dot.'
      ),
    http: trans =>
      trans.__(
        'Something between this page and the server refused the upload. Retry, and if that does not help, ask who runs the server.'
      ),
    invalid_name: trans =>
      trans.__(
        'The server cannot store a file under this name. Rename it, then upload it again.'
      ),
    locked: trans =>
      trans.__('Another page or program is uploading this file right now.'),
    network: trans => trans.__('The server cannot be reached.'),
    no_space: (trans, { destination }) =>
      destination === HOME
        ? trans.__(
            'There is not enough free space on the server. Delete what you no longer need there, then retry.'
          )
        : trans.__(
            'The bucket has no space left for this file. Delete what you no longer need there, then retry.'
          ),
    not_found: trans =>
      trans.__(
        'The server no longer has what was uploaded so far. Retry to start again.'
      ),
    offline: trans =>
      trans.__(
        'This computer is offline. The upload goes on by itself when the network is back.'
      ),
    outside_root: trans =>
      trans.__(
        'This folder leads out of what the server may write to. Upload to another folder.'
      ),
    quota_exceeded: trans =>
      trans.__(
        'Unfinished uploads take all the space that this server gives them. Finish or remove some of them, then retry.'
      ),
    read_only: trans =>
      trans.__(
        'You cannot write to this folder. Open one that you can write to, and upload the file there.'
      ),
    slow_down: trans =>
      trans.__('The bucket has too much to do, so the upload slows down.'),
    source_unreadable: trans =>
      trans.__(
        'The file was changed, moved or deleted on your computer while it was being read. Upload it again.'
      ),
    stalled: trans =>
      trans.__('Nothing moved for a while, so a new connection is made.'),
    storage_failed: (trans, { destination }) =>
      destination === HOME
        ? trans.__('The disk of the server reports an error.')
        : trans.__('The bucket reports an error.'),
    store_unreachable: trans => trans.__('The bucket cannot be reached.'),
    timeout: trans => trans.__('The server takes too long to answer.'),
    too_large: (trans, { destination }) =>
      destination === HOME
        ? trans.__(
            'The file is larger than this server accepts. Ask who runs the server for a higher limit.'
          )
        : trans.__(
            'The file is larger than this server, or this bucket, accepts. Choose another destination, or ask who runs the server for a higher limit.'
          ),
    unauthorized: trans => trans.__('Your login has expired.')
  })
);

/** Why a transfer waits or failed, and what helps. */
export function explain(
  trans: TranslationBundle,
  transfer: ITransfer
): string | null {
  return transfer.error === null
    ? null
    : explainError(trans, transfer.error, transfer);
}

/** What went wrong with something that was done for a transfer. */
export function explainError(
  trans: TranslationBundle,
  { reason, message }: NonNullable<ITransfer['error']>,
  transfer: ITransfer
): string {
  return EXPLANATIONS.get(reason)?.(trans, transfer) ?? message;
}

/** What held a transfer back all the time, and who can change that; null where nothing is known to. */
export function explainSpeed(
  trans: TranslationBundle,
  { isHeldByWindow }: ITransfer
): string | null {
  return isHeldByWindow
    ? trans.__(
        'A proxy before the server lets through only a little of each request at a time (HTTP/2), so this was sent in many requests at once. Whoever runs the proxy can raise its limit: “Behind a proxy” in the settings of BigUpload says how.'
      )
    : null;
}

/** Why a destination cannot be used now, and what to do; the server knows best, for it has tried. */
export function explainDestination(
  trans: TranslationBundle,
  { message, title }: IDestination
): string {
  return message ?? trans.__('“%1” could not be reached.', title);
}

/** What an error says that was met outside a transfer. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** In what a picked file differs from the one that an unfinished upload was begun with. */
export function explainMismatch(
  trans: TranslationBundle,
  expected: SourceMismatchError['expected'],
  file: Pick<ISource, 'name' | 'size'>
): string {
  if (file.name !== expected.name) {
    return trans.__('You chose “%1”.', file.name);
  }
  if (file.size !== expected.size) {
    return trans.__('The file that you chose has another size.');
  }
  return trans.__('The file that you chose was changed since.');
}
