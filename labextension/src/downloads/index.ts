/** What a person takes from a destination to their own computer. */

/** Files and folders of one destination. */
export interface ISelection {
  readonly destination: string;
  /** From the destination's root, at least one; those of folders end with a slash. */
  readonly paths: readonly string[];
}

/** The way to what can be downloaded. */
export interface IDownloads {
  /**
   * Have the server look at what was chosen, so that what is wrong is told here: a browser says of a download that
   * failed no more than that. A large folder takes it seconds.
   *
   * Rejects with a `TransportError`.
   *
   * @returns an address of the download, from which a browser can go on with it.
   */
  prepare(selection: ISelection): Promise<string>;
}

/** Whether it comes as one ZIP archive. */
export function isArchive({ paths }: ISelection): boolean {
  return paths.length > 1 || paths.some(path => path.endsWith('/'));
}
