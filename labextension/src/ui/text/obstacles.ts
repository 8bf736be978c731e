/** Why something of a folder is not uploaded with it. */

import type { TranslationBundle } from '@jupyterlab/translation';

type Words = (trans: TranslationBundle, detail: string) => string;

const WORDS: ReadonlyMap<string, Words> = new Map(
  Object.entries<Words>({
    gone: trans =>
      trans.__('It was moved, renamed or deleted while the folder was read.'),
    denied: trans => trans.__('The browser was not allowed to read it.'),
    short: trans =>
      trans.__(
        'Each time that it was listed it had other files, so some of them may be missing. Upload it again when nothing changes in it any more.'
      ),
    deep: (trans, depth) =>
      trans.__(
        'It lies in more than %1 folders, one in the other, so what is in it was left out.',
        depth
      ),
    many: (trans, most) =>
      trans.__(
        'It has more than %1 files and folders, of which the others were left out. Upload its folders one by one.',
        most
      )
  })
);

/** @param detail - the browser's own word, or the limit. */
export function explainObstacle(
  trans: TranslationBundle,
  obstacle: string,
  detail: string
): string {
  return (
    WORDS.get(obstacle)?.(trans, detail) ??
    trans.__('It could not be read: %1', detail)
  );
}
