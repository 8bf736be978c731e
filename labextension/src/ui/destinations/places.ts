import type { IDestination } from '../../destinations';
import { HOME } from '../../engine/ports';

export function isBucket({ kind }: IDestination): boolean {
  return kind !== 'folder';
}

/** What a person calls a destination; its name in the settings when it is no longer there. */
export function titleOf(
  destinations: readonly IDestination[],
  name: string
): string {
  return destinations.find(one => one.name === name)?.title ?? name;
}

/** Where a file is, in short: its folder, behind the title of the bucket where it is in one. */
export function placeOf(
  destinations: readonly IDestination[],
  { destination, folder }: { destination: string; folder: string }
): string {
  if (destination === HOME) {
    return folder;
  }
  const title = titleOf(destinations, destination);
  return folder === '' ? title : `${title}/${folder}`;
}

/** The address of a path in a destination, `s3://bucket/prefix/path`; null where it has none. */
export function addressOf(
  { url }: Pick<IDestination, 'url'>,
  path: string
): string | null {
  return url === null ? null : `${url.replace(/\/$/, '')}/${path}`;
}

/** The folders on the way to a prefix, from the root down: `a`, `a/b`. */
export function stepsTo(
  prefix: string
): readonly { readonly name: string; readonly prefix: string }[] {
  const names = prefix.split('/').filter(name => name !== '');
  return names.map((name, index) => ({
    name,
    prefix: names.slice(0, index + 1).join('/')
  }));
}

/**
 * The path that a person means who types it as the name of a folder.
 *
 * @returns null for what can't be the beginning of an object's name.
 */
export function folderPath(text: string): string | null {
  const names = text
    .split('/')
    .map(name => name.trim())
    .filter(name => name !== '');
  const impossible = names.some(
    name => name === '.' || name === '..' || /\p{Cc}/u.test(name)
  );
  return names.length === 0 || impossible ? null : names.join('/');
}
