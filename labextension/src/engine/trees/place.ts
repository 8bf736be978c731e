/** Where a tree goes. */
export interface ITreePlace {
  readonly destination: string;
  /** From the destination's root, '' for the root. */
  readonly folder: string;
}

/** The path of something in a folder; '' is the root. */
export function pathIn(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
