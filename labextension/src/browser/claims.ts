import type { IClaims } from '../engine/ports';

/**
 * Claims among the pages of one browser, as locks that it gives back by itself when a page goes away, however
 * that happens. Where there are none (plain http), every page knows of its own claims alone.
 */
export class PageClaims implements IClaims {
  private readonly prefix: string;
  private readonly releases = new Map<string, () => void>();

  /** @param baseUrl - of the Jupyter server: several may share one origin, as on a hub. */
  constructor(baseUrl: string) {
    this.prefix = `jupyter-bigupload:upload:${baseUrl}:`;
  }

  claim(id: string): void {
    if (this.releases.has(id) || !('locks' in navigator)) {
      return;
    }
    const released = new Promise<void>(resolve => {
      this.releases.set(id, resolve);
    });
    navigator.locks
      // Shared, because nothing is forbidden: two pages may send the same file.
      .request(this.prefix + id, { mode: 'shared' }, () => released)
      .catch(() => undefined);
  }

  release(id: string): void {
    this.releases.get(id)?.();
    this.releases.delete(id);
  }

  async others(): Promise<ReadonlySet<string>> {
    const others = new Set<string>();
    if ('locks' in navigator) {
      const { held = [] } = await navigator.locks.query().catch(() => ({
        held: []
      }));
      for (const { name = '' } of held) {
        const id = name.slice(this.prefix.length);
        if (name.startsWith(this.prefix) && !this.releases.has(id)) {
          others.add(id);
        }
      }
    }
    return others;
  }
}
