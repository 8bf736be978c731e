import type { IClaims } from '../../src/engine/ports';

/** One browser's pages, each with what it is at work on. */
export class ClaimsModel implements IClaims {
  private readonly mine = new Set<string>();

  /** @param browser - shared by its pages. */
  constructor(private readonly browser = new Set<ClaimsModel>()) {
    browser.add(this);
  }

  claim(uploadId: string): void {
    this.mine.add(uploadId);
  }

  release(uploadId: string): void {
    this.mine.delete(uploadId);
  }

  others(): Promise<ReadonlySet<string>> {
    const claimed = [...this.browser]
      .filter(page => page !== this)
      .flatMap(page => [...page.mine]);
    return Promise.resolve(new Set(claimed));
  }

  /** The page goes away. */
  close(): void {
    this.browser.delete(this);
  }
}
