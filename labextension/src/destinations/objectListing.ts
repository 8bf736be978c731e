/** What a folder of a bucket holds, page by page. */

import type { IDestinations, IObject } from '.';
import { Emitter } from '../engine/emitter';

export type ListingState = 'loading' | 'loaded' | 'failed';

/** One folder at a time; an answer that comes after the person went elsewhere is dropped. */
export class ObjectListing {
  constructor(
    private readonly destinations: Pick<
      IDestinations,
      'objects' | 'deleteObject'
    >
  ) {}

  readonly changed = new Emitter<void>();

  /** Of the page that is being fetched, or was last. */
  state: ListingState = 'loading';
  /** Why it failed. */
  problem: unknown = null;
  /** The folders in this one, by their paths with a slash at the end. */
  prefixes: readonly string[] = [];
  objects: readonly IObject[] = [];

  /** Whether there is more than what was fetched. */
  get hasMore(): boolean {
    return this.nextPage !== null;
  }

  /** Show another folder. */
  async open(destination: string, prefix: string): Promise<void> {
    const same = destination === this.destination && prefix === this.prefix;
    this.destination = destination;
    this.prefix = prefix;
    if (!same) {
      this.prefixes = [];
      this.objects = [];
      this.nextPage = null;
    }
    await this.fetch(null);
  }

  /** Fetch this folder anew; what is shown stays until its first page is there. */
  async refresh(): Promise<void> {
    await this.fetch(null);
  }

  async loadMore(): Promise<void> {
    if (this.nextPage !== null && this.state !== 'loading') {
      await this.fetch(this.nextPage);
    }
  }

  /** Fetch again what failed. */
  async retry(): Promise<void> {
    await this.fetch(this.asked);
  }

  /** Rejects when it is still there. */
  async delete({ path }: IObject): Promise<void> {
    await this.destinations.deleteObject(this.destination, path);
    this.objects = this.objects.filter(object => object.path !== path);
    this.changed.emit();
  }

  private async fetch(page: string | null): Promise<void> {
    const turn = ++this.turn;
    this.asked = page;
    this.state = 'loading';
    this.changed.emit();
    try {
      const { prefixes, objects, next_page } = await this.destinations.objects(
        this.destination,
        this.prefix,
        page ?? undefined
      );
      if (turn !== this.turn) {
        return;
      }
      this.prefixes =
        page === null
          ? prefixes
          : [...new Set([...this.prefixes, ...prefixes])];
      this.objects = page === null ? objects : [...this.objects, ...objects];
      this.nextPage = next_page;
      this.state = 'loaded';
    } catch (error) {
      if (turn !== this.turn) {
        return;
      }
      this.problem = error;
      this.state = 'failed';
    }
    this.changed.emit();
  }

  private destination = '';
  private prefix = '';
  private nextPage: string | null = null;
  /** The page that was asked for last. */
  private asked: string | null = null;
  /** Counts the requests, so that only the last one is heard. */
  private turn = 0;
}
