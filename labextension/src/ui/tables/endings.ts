/** With what the names of files end that may be tables. */

const TABLES = [
  ...['csv', 'tsv', 'txt', 'tab', 'psv'].flatMap(ending => [
    ending,
    `${ending}.gz`,
    `${ending}.zst`
  ]),
  ...['jsonl', 'ndjson'].flatMap(ending => [
    ending,
    `${ending}.gz`,
    `${ending}.zst`
  ]),
  ...['json', 'parquet', 'pq', 'arrow', 'feather', 'ipc', 'xlsx']
];

const DATABASES = ['db', 'dolt', 'doltlite', 'sqlite', 'sqlite3'];

/** Whether something may be a table; of folders, those that are called datasets of Parquet. */
export function mayBeTable({
  path,
  isFolder
}: {
  readonly path: string;
  readonly isFolder: boolean;
}): boolean {
  return isFolder ? endsIn(path, ['parquet']) : endsIn(path, TABLES);
}

/** Whether a file may be a database of doltlite. */
export function mayBeDatabase({
  path,
  isFolder
}: {
  readonly path: string;
  readonly isFolder: boolean;
}): boolean {
  return !isFolder && endsIn(path, DATABASES);
}

function endsIn(path: string, endings: readonly string[]): boolean {
  const name = path.toLowerCase();
  return endings.some(ending => name.endsWith(`.${ending}`));
}
