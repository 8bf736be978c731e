import type { IShared } from '../queue/shared';
import type { ITransfer, TreeDecision } from '../model';
import type { IConflictResolver } from '../ports';
import type { Retry } from '../retrying/retry';
import { pathIn } from './place';
import type { Entries } from './entries/entries';
import type { Entry } from './entries/entry';
import type { ITreePlace } from './place';

/** Files that are looked up in one request. */
const LOOKED_UP_AT_ONCE = 100_000;

/** Look up which names are taken, before any byte is sent: those files are then in state `conflict`. */
export async function lookUp(
  { transport }: Pick<IShared, 'transport'>,
  place: ITreePlace,
  entries: Entries,
  retry: Retry,
  signal: AbortSignal
): Promise<void> {
  const files = entries.of('queued');
  for (let at = 0; at < files.length; at += LOOKED_UP_AT_ONCE) {
    const some = files.slice(at, at + LOOKED_UP_AT_ONCE);
    const found = await retry.run(
      () =>
        transport.existing(
          place.destination,
          some.map(({ path, size }) => ({
            path: pathIn(place.folder, path),
            size
          })),
          signal
        ),
      signal
    );
    for (const { index, kind, size } of found) {
      const entry = some[index];
      if (entry !== undefined) {
        entry.existing = { kind, size };
        entries.move(entry, 'conflict');
      }
    }
  }
}

/**
 * Let the person decide about all files whose names are taken, and put them back into the queue.
 *
 * @param snapshot - what the tree looks like.
 * @returns whether to go on.
 */
export async function decide(
  resolver: IConflictResolver,
  snapshot: ITransfer,
  entries: Entries,
  signal: AbortSignal
): Promise<boolean> {
  const taken = entries.of('conflict');
  const decision = await resolver.resolveTree(snapshot, {
    taken: taken.length,
    sameSize: taken.filter(isNominated).length
  });
  signal.throwIfAborted();
  if (decision === null) {
    return false;
  }
  if (decision === 'each') {
    await decideEach(resolver, snapshot, entries, taken, signal);
  } else {
    taken.forEach(entry => apply(decision, entry, entries));
  }
  return true;
}

/**
 * Put files whose names are taken back into the queue without asking, as far as they may be what was sent before:
 * those that are not are refused then, and asked about.
 */
export function expectIdentical(entries: Entries): void {
  for (const entry of entries.of('conflict')) {
    if (isNominated(entry)) {
      entry.isToCompare = true;
      entries.move(entry, 'queued');
    }
  }
}

async function decideEach(
  resolver: IConflictResolver,
  tree: ITransfer,
  entries: Entries,
  taken: readonly Entry[],
  signal: AbortSignal
): Promise<void> {
  let forAll: TreeDecision | null = null;
  for (const [index, entry] of taken.entries()) {
    if (forAll === null) {
      const remaining = taken.length - index - 1;
      const answer = await resolver.resolve(inTree(tree, entry), remaining);
      signal.throwIfAborted();
      apply(answer.decision, entry, entries);
      forAll = answer.forAll ? answer.decision : null;
    } else {
      apply(forAll, entry, entries);
    }
  }
}

function apply(
  decision: Exclude<TreeDecision, 'each'>,
  entry: Entry,
  entries: Entries
): void {
  if (decision === 'skip') {
    entries.move(entry, 'skipped');
    return;
  }
  entry.onConflict = decision === 'rename' ? 'rename' : 'replace';
  entry.isToCompare = decision === 'changed' && isNominated(entry);
  entries.move(entry, 'queued');
}

/** The size may only nominate a file as identical; its digest decides. */
function isNominated({ existing, size }: Entry): boolean {
  return existing?.kind === 'file' && existing.size === size;
}

/** One file of a tree, as a transfer of its own would look. */
function inTree(tree: ITransfer, { path, size, existing }: Entry): ITransfer {
  const whole = pathIn(tree.folder, path);
  const slash = whole.lastIndexOf('/');
  return {
    ...tree,
    name: whole.slice(slash + 1),
    folder: slash < 0 ? '' : whole.slice(0, slash),
    path: whole,
    size,
    sent: 0,
    acknowledged: 0,
    tree: null,
    state: 'conflict',
    existing: {
      size: existing?.size ?? null,
      canRename: true
    }
  };
}
