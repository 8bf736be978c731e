import type { ILink, IResumeStore } from '../engine/ports';

/**
 * Remembers what was learnt of the link for as long as the page lives, and no file: the kernel knows which uploads are
 * unfinished, and what the browser would keep, the transfers panel of the same server would show too.
 */
export class PageMemory implements IResumeStore {
  private learnt: ILink = {};

  remember(): Promise<void> {
    return Promise.resolve();
  }

  remembered(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set());
  }

  recall(): Promise<null> {
    return Promise.resolve(null);
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  rememberPick(): Promise<void> {
    return Promise.resolve();
  }

  picks(): Promise<[]> {
    return Promise.resolve([]);
  }

  recallPick(): Promise<null> {
    return Promise.resolve(null);
  }

  forgetPick(): Promise<void> {
    return Promise.resolve();
  }

  link(): Promise<ILink> {
    return Promise.resolve(this.learnt);
  }

  rememberLink(learnt: ILink): Promise<void> {
    this.learnt = { ...this.learnt, ...learnt };
    return Promise.resolve();
  }
}
