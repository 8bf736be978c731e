/** Who commits, as they said it last. */

export interface IAuthor {
  readonly author: string;
  readonly email: string;
}

const KEY = 'jupyter-bigupload:author';

export function lastAuthor(): IAuthor {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const { author, email } = kept as Partial<Record<string, unknown>>;
    return {
      author: typeof author === 'string' ? author : '',
      email: typeof email === 'string' ? email : ''
    };
  } catch {
    // A browser may forbid it, or somebody may have written something else.
    return { author: '', email: '' };
  }
}

export function keepAuthor({ author, email }: IAuthor): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ author, email }));
  } catch {
    // They say it once more next time.
  }
}
