import { Batch } from '../queue/conflicts';
import type { IPick, ISource } from '../ports';
import { isSameFile } from './serverUploads';
import type { Rows } from '../queue/rows';
import type { IShared } from '../queue/shared';
import { Transfer } from '../queue/transfer';
import { pathIn } from '../trees/place';
import { RememberedTree } from '../trees/rememberedTree';
import type { IUpload } from '../wire';

/** Show what earlier visits left: unfinished uploads, and what was picked and not begun. */
export async function restore(shared: IShared, rows: Rows): Promise<void> {
  const { resumeStore, uploads } = shared;
  const [unfinished, remembered, picks] = await Promise.all([
    uploads.abandoned(),
    resumeStore.remembered(),
    rows.picks.earlier()
  ]);
  for (const pick of picks) {
    restorePick(shared, rows, pick, unfinished);
  }
  for (const upload of unfinished) {
    restoreUpload(shared, rows, upload, remembered.has(upload.id));
  }
}

function restoreUpload(
  shared: IShared,
  rows: Rows,
  upload: IUpload,
  remembered: boolean
): void {
  const { uploads, resumeStore } = shared;
  const { id, destination, path, size, last_modified: lastModified } = upload;
  const { files } = rows;
  if (
    uploads.isOwned(id) ||
    files.some(row => row.isBegunFor(upload)) ||
    // It goes on with the tree that it is part of.
    rows.all.some(
      row => row instanceof RememberedTree && row.has(destination, path)
    )
  ) {
    return;
  }
  const identity = { destination, path, size, lastModified };
  const batch = new Batch(uploads.sharedList());
  const recall = () => resumeStore.recall(id);
  const { key } = rows.show(
    key =>
      new Transfer(shared, key, identity, batch, null, {
        upload,
        remembered,
        recall
      })
  );
  if (files.some(row => row.replaces(upload))) {
    rows.file(key)?.otherPicked(identity);
  }
}

/** As far as the server does not know of it. */
function restorePick(
  shared: IShared,
  rows: Rows,
  pick: IPick & { readonly remembered: boolean },
  unfinished: readonly IUpload[]
): void {
  const { resumeStore, uploads, onChange } = shared;
  if (pick.kind === 'tree') {
    rows.show(key => new RememberedTree(key, pick, onChange), pick.id);
    return;
  }
  const { destination, folder, name, size, lastModified, remembered } = pick;
  const path = pathIn(folder, name);
  const identity = { destination, path, size, lastModified };
  if (unfinished.some(upload => isSameFile(upload, identity))) {
    void resumeStore.forgetPick(pick.id);
    return;
  }
  const batch = new Batch(uploads.sharedList());
  const recall = () => recallFile(shared, pick.id);
  rows.show(
    key =>
      new Transfer(shared, key, identity, batch, null, {
        upload: null,
        remembered,
        recall
      }),
    pick.id
  );
}

async function recallFile(
  { resumeStore }: IShared,
  id: string
): Promise<ISource | null> {
  const found = await resumeStore.recallPick(id);
  return found !== null && 'slice' in found ? found : null;
}
