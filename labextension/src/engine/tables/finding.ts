import type { IEdits } from './edits';
import {
  applied,
  groundOf,
  groundRequest,
  isEmpty,
  NO_EDITS,
  touches
} from './edits';
import type { IRecipe } from './model';
import type { IPartialRecipe, IPreview } from './wire';

/** What the server finds in a file, by what it was told of the dialect: columns are changed on top of that. */
export class Finding {
  private readonly found = new Map<string, IRecipe>();

  /** What was found before any change; null while nothing was. */
  get original(): IRecipe | null {
    return this.under(NO_EDITS);
  }

  /** What was found with these edits, but for those of columns. */
  under(edits: IEdits): IRecipe | null {
    return this.found.get(groundOf(edits)) ?? null;
  }

  /** The file is another, or is elsewhere. */
  forget(): void {
    this.found.clear();
  }

  /**
   * The table as a person wants it.
   *
   * @param last - what was shown last; null before the first answer.
   * @param request - asks the server; null for what it finds.
   */
  async preview(
    edits: IEdits,
    last: IRecipe | null,
    request: (recipe: IPartialRecipe | null) => Promise<IPreview>
  ): Promise<IPreview> {
    const known = this.under(edits);
    if (isEmpty(edits) || known === null) {
      const answer = await request(groundRequest(edits, this.original ?? last));
      this.found.set(groundOf(edits), answer.recipe);
      return touches(answer.recipe, edits)
        ? request(applied(answer.recipe, edits))
        : answer;
    }
    return request(applied(known, edits));
  }
}
