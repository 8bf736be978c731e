import type { TransportError } from '../../src/engine/wire';
import type { IRecipe } from '../../src/engine/tables/model';
import type {
  IDiffAnswer,
  IDiffRequest,
  IPreview,
  IPreviewRequest,
  ITablesServer
} from '../../src/engine/tables/wire';

export function recipeOf(delimiter = ','): IRecipe {
  const columns =
    delimiter === ','
      ? (['id', 'place'] as const).map(source => ({
          source,
          name: source,
          type: source === 'id' ? 'int64' : 'text',
          format: null,
          keep: true,
          rejects: 'aside' as const
        }))
      : [];
  return {
    version: 1,
    format: 'csv',
    dialect: {
      delimiter,
      quote: '"',
      escape: '"',
      header: true,
      skip: 0,
      encoding: 'utf-8',
      compression: 'none',
      decimal: '.',
      thousands: '',
      nulls: [''],
      comment: ''
    },
    sheet: null,
    columns
  };
}

/** A server with one table of two columns: the number of each row, and a text. */
export class TablesModel implements ITablesServer {
  readonly previews: IPreviewRequest[] = [];
  readonly diffs: IDiffRequest[] = [];
  /** Those that ask for the table from its start, not just for more rows. */
  get whole(): readonly IPreviewRequest[] {
    return this.previews.filter(({ start }) => start === 0);
  }

  rows = 1_000;
  /** Of the rows, those that have come; all of them by default. */
  arrived: number | null = null;
  isCounted = true;
  failing: TransportError | null = null;
  suggested: IPreview['suggested'] = null;
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve();

  async preview(
    request: IPreviewRequest,
    signal: AbortSignal
  ): Promise<IPreview> {
    this.previews.push(request);
    const { recipe: asked, start, count } = request;
    await this.gate;
    signal.throwIfAborted();
    if (this.failing !== null) {
      throw this.failing;
    }
    const found = recipeOf(asked?.dialect?.delimiter);
    const recipe = {
      ...found,
      ...(asked?.dialect && {
        dialect: { ...found.dialect, ...asked.dialect }
      }),
      ...(asked?.columns && { columns: asked.columns })
    } as IRecipe;
    const arrived = this.arrived ?? this.rows;
    const kept = recipe.columns.filter(({ keep }) => keep);
    return {
      recipe,
      suggested: asked === null ? this.suggested : null,
      size: 10 * this.rows,
      arrived: 10 * arrived,
      complete: arrived === this.rows,
      rows: { count: arrived, exact: this.isCounted },
      start,
      columns: kept.map(({ source, name, type }) => ({
        source,
        name,
        type,
        native: 'BIGINT',
        why: null,
        profile: null
      })),
      values: Array.from(
        { length: Math.max(0, Math.min(count, arrived - start)) },
        (_, index) =>
          kept.map(({ source, type }) =>
            source === 'id' ? `${start + index}` : type
          )
      ),
      rejects:
        start === 0 && kept.length > 0
          ? [{ row: 1, column: 0, text: 'x', reason: 'r', message: 'm' }]
          : [],
      structural: [
        { line: start, byte: start, reason: 'r', message: 'm', text: '' }
      ]
    };
  }

  async diff(request: IDiffRequest, signal: AbortSignal): Promise<IDiffAnswer> {
    this.diffs.push(request);
    await this.gate;
    signal.throwIfAborted();
    if (this.failing !== null) {
      throw this.failing;
    }
    const { kinds = [], start, count } = request;
    const all = kinds.flatMap(kind =>
      Array.from({ length: 150 }, (_, index) => ({
        kind,
        before: [`${index}`],
        after: [`${index}`]
      }))
    );
    return {
      counts: { added: 150, removed: 150, modified: 150, unmodified: 9 },
      columns: [],
      rows: all.slice(start, start + count),
      start
    };
  }

  history(): Promise<never> {
    return Promise.reject(new Error('not asked for'));
  }

  recipes(): Promise<[]> {
    return Promise.resolve([]);
  }

  saveRecipe(): Promise<void> {
    return Promise.resolve();
  }

  removeRecipe(): Promise<void> {
    return Promise.resolve();
  }
}
