export const CommandIDs = {
  /**
   * Choose files, and upload them to the destination that was chosen in the panel: a folder of a bucket, or the
   * folder that is open in the file browser.
   *
   * Arguments: `folder`, a path from the root of the server (or of `destination`, where that is given, too), to upload
   * there instead; `toSelection`, to upload into the folder that was right-clicked, if it was one; `isShort`, for a
   * label that does not name BigUpload.
   */
  upload: 'bigupload:upload',

  /** Choose a folder, and upload it with all that is in it. Arguments as above. */
  uploadFolder: 'bigupload:upload-folder',

  /** Bring the transfers panel to the front. */
  showTransfers: 'bigupload:show-transfers',

  /**
   * Have the server do something with a file or a folder that is there.
   *
   * Arguments: `kind`, what is done; `destination` (the home folder by default) and `path` from its root, or
   * `toSelection`, for what is selected in the file browser, or `toCurrentFolder`, for the folder that is open of the
   * destination that is chosen; `parameters`, without which the person is asked where the kind has any. Returns what
   * was started, as `IOperation`s.
   */
  operation: 'bigupload:operation',

  /**
   * Have the browser save files and folders, in a way that it can go on with: one file as it is, else a ZIP archive.
   *
   * Arguments: `destination` (the home folder by default) and `paths` from its root, those of folders with a slash at
   * their end, or `toSelection`, for what is selected in the file browser. Returns whether the browser was given it.
   */
  download: 'bigupload:download',

  /**
   * Show a file as a table.
   *
   * Arguments: `destination` (the home folder by default) and `path` from its root, or `toSelection`, for what is
   * selected in the file browser; `upload`, the server's id of the upload of a file that is still coming.
   */
  viewTable: 'bigupload:view-table',

  /**
   * Show what was done to a database of doltlite: its commits and branches.
   *
   * Arguments: `path`, in the home folder, or `toSelection`.
   */
  viewHistory: 'bigupload:view-history',

  /**
   * Show what is different between two versions of a table of a database of doltlite.
   *
   * Arguments: `path` of the database in the home folder; `table`, `from` and `to`: commits, branches, or `HEAD`;
   * `isPending`, where `to` is an import that can be committed or discarded.
   */
  viewDiff: 'bigupload:view-diff'
} as const;
