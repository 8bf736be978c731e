/** What helps when an operation failed, behind what the server says of it. */

import type { TranslationBundle } from '@jupyterlab/translation';

type Advise = (trans: TranslationBundle) => string;

/**
 * What to do next, for each `reason` that a person can do something about (docs/wire.md lists them).
 *
 * The server's message says what is wrong and with which file, host or entry; this follows it.
 */
const ADVICE: ReadonlyMap<string, Advise> = new Map(
  Object.entries<Advise>({
    access_denied: trans =>
      trans.__(
        'Ask who runs the server, or the bucket, for permission, then try again.'
      ),
    address_refused: trans =>
      trans.__(
        'Use another link, or ask who runs the server to allow this one.'
      ),
    archive_too_large: trans =>
      trans.__(
        'Ask who runs the server for a higher limit, or extract the archive on your computer and upload what you need.'
      ),
    bucket_missing: trans =>
      trans.__(
        'Choose another destination, or ask who runs the server to correct its name.'
      ),
    changed: trans =>
      trans.__(
        'Something wrote to the file meanwhile. Try again when nothing does any more.'
      ),
    checksum_mismatch: trans =>
      trans.__(
        'Nothing was kept. Compare the checksum with the one of the site, then try again; if it differs once more, tell the site.'
      ),
    copy_differs: trans =>
      trans.__(
        'The original is still there. Something wrote to one of them meanwhile: try again when nothing does any more.'
      ),
    credentials_expired: trans =>
      trans.__(
        'Renew the credentials of the server for this bucket, or ask who runs the server to, then try again.'
      ),
    credentials_missing: trans =>
      trans.__(
        'Set up credentials for this bucket, or ask who runs the server to, then try again.'
      ),
    damaged_archive: trans =>
      trans.__(
        'Nothing was extracted. Compare its checksum with that of the source, and upload or download it once more.'
      ),
    exists: trans =>
      trans.__(
        'Start it again from the menu of the file, and choose another name, or what happens to the one that is there.'
      ),
    extra_missing: trans =>
      trans.__(
        'Ask who runs the server to add it, and to start the server again.'
      ),
    folder_missing: trans =>
      trans.__('Create the folder, or choose another, then try again.'),
    folder_unavailable: trans => trans.__('Try again when the folder is back.'),
    forbidden: trans => trans.__('Ask who runs the server for permission.'),
    hidden: trans =>
      trans.__('Use a name and a folder that do not start with a dot.'),
    import_differs: trans =>
      trans.__(
        'The database is as it was. Try again; if it differs once more, do not trust it, and tell who runs the server.'
      ),
    invalid_name: trans =>
      trans.__('Choose another name, then start it again.'),
    no_progress: trans =>
      trans.__(
        'Try again. If it stops once more, ask who runs the server whether the disk or the bucket answers.'
      ),
    no_space: trans =>
      trans.__('Delete what you no longer need there, then try again.'),
    not_a_database: trans =>
      trans.__(
        'Choose a database that keeps its history, or a name that is free for a new one.'
      ),
    not_a_table: trans =>
      trans.__(
        'Open it with the program that made it, or choose another encoding, delimiter or format.'
      ),
    not_found: trans =>
      trans.__(
        'It was moved, renamed or deleted. Refresh the list, and choose it where it is now.'
      ),
    out_of_memory: trans =>
      trans.__('Ask who runs the server for a higher limit of memory.'),
    outside_root: trans => trans.__('Choose a folder of this server.'),
    process_failed: trans =>
      trans.__(
        'Try again, and if that does not help, ask who runs the server.'
      ),
    quota_exceeded: trans =>
      trans.__('Finish or remove some unfinished uploads, then try again.'),
    read_only: trans =>
      trans.__('Choose a folder that you can write to, then start it again.'),
    refused: trans =>
      trans.__('A rule of this server is against it. Ask who runs the server.'),
    rejects_found: trans =>
      trans.__(
        'Keep these rows aside, or choose another type for the columns that they do not fit.'
      ),
    remote_changed: trans =>
      trans.__(
        'Nothing was kept, since its parts do not belong together. Try again to fetch the file as it is now.'
      ),
    remote_failed: trans =>
      trans.__(
        'Try again later: it goes on where it stopped, if the site says that the file is still the same.'
      ),
    remote_refused: trans =>
      trans.__(
        'Open the link in a browser: it may need a login, be misspelled, or lead to a page instead of the file itself.'
      ),
    rows_lost: trans =>
      trans.__(
        'The file is unchanged, and nothing was made of it. Look at the place that is named; another quote or delimiter may be right.'
      ),
    slow_down: trans =>
      trans.__('The bucket has too much to do. Try again later.'),
    storage_failed: trans =>
      trans.__(
        'Try again, and if that does not help, ask who runs the server.'
      ),
    store_unreachable: trans =>
      trans.__('Try again when the bucket can be reached.'),
    too_large: trans =>
      trans.__(
        'Choose another destination, or ask who runs the server for a higher limit.'
      ),
    too_slow: trans =>
      trans.__('Try again, or convert the table to Parquet first.'),
    unsafe_archive: trans =>
      trans.__(
        'Nothing was extracted. Do not trust this archive, and ask where it comes from for one without this.'
      )
  })
);

/** Why an operation failed, and what helps. */
export function explainFailure(
  trans: TranslationBundle,
  { reason, message }: { readonly reason: string; readonly message: string }
): string {
  const advice = ADVICE.get(reason)?.(trans);
  return [message, advice].filter(Boolean).join(' ');
}
