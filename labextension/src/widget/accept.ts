/** Which files a widget takes, by the list that `<input accept>` has. */

/** As the browser decides it for what is picked; it does nothing for what is dropped. */
export function isAccepted(
  accept: string,
  { name, type }: Pick<File, 'name' | 'type'>
): boolean {
  const kinds = accept
    .split(',')
    .map(kind => kind.trim().toLowerCase())
    .filter(kind => kind !== '');
  return (
    kinds.length === 0 ||
    kinds.some(kind =>
      kind.startsWith('.')
        ? name.toLowerCase().endsWith(kind)
        : kind.endsWith('/*')
          ? type.toLowerCase().startsWith(kind.slice(0, -1))
          : type.toLowerCase() === kind
    )
  );
}

/** `.csv or .parquet`; a person knows what most types of media are called. */
export function kindsInWords(accept: string): string {
  const kinds = accept
    .split(',')
    .map(kind => kind.trim())
    .filter(kind => kind !== '');
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(kinds);
}
