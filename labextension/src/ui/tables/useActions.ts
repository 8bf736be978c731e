import type { ITableViewProps } from './tableView';
import type { ITableAction } from './toolbar';

/** Where a table can go from here. */
export function useActions({
  table,
  services: { language }
}: ITableViewProps): readonly ITableAction[] {
  void table;
  void language;
  return [];
}
