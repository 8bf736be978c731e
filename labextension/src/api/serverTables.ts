import { HOME } from '../engine/ports';
import type { IKeptRecipe, IRecipe } from '../engine/tables/model';
import type { IHistory } from '../engine/tables/versions';
import type {
  IDiffAnswer,
  IDiffRequest,
  IPreview,
  IPreviewRequest,
  ITablesServer
} from '../engine/tables/wire';
import { TABLES } from './paths';
import type { IRequests } from './requests';

/** Seconds for an answer that may read much of a file; the server gives up before (`too_slow`). */
const TIMEOUT = 90;

/** The wire of docs/wire.md, "Tables". */
export class ServerTables implements ITablesServer {
  constructor(private readonly requests: IRequests) {}

  preview(request: IPreviewRequest, signal: AbortSignal): Promise<IPreview> {
    return this.ask('preview', request, signal);
  }

  diff(
    { database, ...request }: IDiffRequest,
    signal: AbortSignal
  ): Promise<IDiffAnswer> {
    return this.ask('diff', { database: atHome(database), ...request }, signal);
  }

  history(database: string): Promise<IHistory> {
    return this.ask('history', { database: atHome(database) });
  }

  async recipes(): Promise<readonly IKeptRecipe[]> {
    const { recipes } = await this.requests.json<{
      readonly recipes: readonly IKeptRecipe[];
    }>('GET', RECIPES);
    return recipes;
  }

  saveRecipe(name: string, recipe: IRecipe): Promise<void> {
    return this.requests.send('POST', RECIPES, { body: { name, recipe } });
  }

  removeRecipe(id: string): Promise<void> {
    return this.requests.send('DELETE', `${RECIPES}/${encodeURIComponent(id)}`);
  }

  private ask<T>(
    what: 'preview' | 'diff' | 'history',
    body: unknown,
    signal?: AbortSignal
  ): Promise<T> {
    return this.requests.json('POST', `${TABLES}/${what}`, {
      body,
      signal,
      timeout: TIMEOUT
    });
  }
}

const RECIPES = `${TABLES}/recipes`;

function atHome(path: string): { destination: string; path: string } {
  return { destination: HOME, path };
}
