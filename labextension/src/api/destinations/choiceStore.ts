import type { IChoice } from '../../destinations';
import type { IChoiceStore } from './destinations';

/** The browser's local storage, where that is allowed; several servers may share one origin, as on a hub. */
export class LocalChoiceStore implements IChoiceStore {
  private readonly key: string;

  constructor(baseUrl: string) {
    this.key = `jupyter-bigupload:destination:${baseUrl}`;
  }

  load(): IChoice | null {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(this.key) ?? '');
      return isChoice(value) ? value : null;
    } catch {
      // Nothing was kept, or another version kept something else, or the browser forbids it.
      return null;
    }
  }

  save({ destination, prefix }: IChoice): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ destination, prefix }));
    } catch {
      // Then the next visit begins with home.
    }
  }
}

function isChoice(value: unknown): value is IChoice {
  return (
    typeof value === 'object' &&
    value !== null &&
    'destination' in value &&
    'prefix' in value &&
    typeof value.destination === 'string' &&
    typeof value.prefix === 'string'
  );
}
