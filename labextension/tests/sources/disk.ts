/** A person's disk, as the two interfaces of browsers show it: see their specifications for what they do. */

/** What is on it: a file by its content, a folder by what is in it, or an error that opening it has. */
export type Content =
  string | DOMException | { readonly [name: string]: Content };

/** Folders are read in the order of their entries; what is asked of it is counted. */
export class Disk {
  /** Readings and openings that are under way now, and the most that there were at once. */
  private busy = 0;
  busiest = 0;
  listings = 0;
  /** Entries that each listing leaves out, from the first listing on; then none. */
  dropped: number[] = [];
  /** Whether entries tell the sizes of files without opening them. */
  tellsSizes = true;
  /** Never answers. */
  isAsleep = false;

  constructor(private readonly content: Record<string, Content>) {}

  entry(name: string): FileSystemDirectoryEntry {
    return this.entryOf(name, this.at(name)) as FileSystemDirectoryEntry;
  }

  handle(name: string): FileSystemDirectoryHandle {
    return this.handleOf(name, this.at(name)) as FileSystemDirectoryHandle;
  }

  private at(name: string): Content {
    const found = this.content[name];
    if (found === undefined) {
      throw new Error(`There is no ${name}.`);
    }
    return found;
  }

  private async asked<T>(answer: () => T): Promise<T> {
    this.busy += 1;
    this.busiest = Math.max(this.busiest, this.busy);
    await new Promise(resolve => setTimeout(resolve));
    if (this.isAsleep) {
      await new Promise(() => undefined);
    }
    this.busy -= 1;
    return answer();
  }

  /** What a listing has that begins now. */
  private listed(content: Content): [string, Content][] {
    if (content instanceof DOMException) {
      throw content;
    }
    this.listings += 1;
    const left = this.dropped.shift() ?? 0;
    const all = Object.entries(content as Record<string, Content>);
    return all.slice(0, all.length - left);
  }

  private read(name: string, content: Content): File {
    if (content instanceof DOMException) {
      throw content;
    }
    return new File([content as string], name, { lastModified: 1e12 });
  }

  // https://wicg.github.io/entries-api/

  private entryOf(name: string, content: Content): unknown {
    const isDirectory = isFolder(content);
    return {
      name,
      isDirectory,
      isFile: !isDirectory,
      ...(isDirectory && this.tellsSizes && { getMetadata: () => undefined }),
      ...(isDirectory
        ? { createReader: () => this.reader(content) }
        : {
            ...(this.tellsSizes && {
              getMetadata: (
                resolve: (metadata: unknown) => void,
                reject: (e: Error) => void
              ) =>
                void this.asked(() => this.read(name, content)).then(
                  ({ size, lastModified }) =>
                    resolve({
                      size,
                      modificationTime: new Date(lastModified)
                    }),
                  reject
                )
            }),
            file: (resolve: (file: File) => void, reject: (e: Error) => void) =>
              void this.asked(() => this.read(name, content)).then(
                resolve,
                reject
              )
          })
    };
  }

  private reader(content: Content): FileSystemDirectoryReader {
    let left: unknown[] | null = null;
    return {
      readEntries: (resolve, reject) =>
        void this.asked(() => {
          left ??= this.listed(content).map(([name, inner]) =>
            this.entryOf(name, inner)
          );
          return left.splice(0, 100) as FileSystemEntry[];
        }).then(resolve, reject)
    };
  }

  // https://fs.spec.whatwg.org/

  private handleOf(name: string, content: Content): unknown {
    return isFolder(content)
      ? {
          kind: 'directory',
          name,
          values: () => this.values(content),
          getDirectoryHandle: (below: string) => this.handleIn(content, below),
          getFileHandle: (below: string) => this.handleIn(content, below)
        }
      : {
          kind: 'file',
          name,
          getFile: () => this.asked(() => this.read(name, content))
        };
  }

  private handleIn(content: Content, name: string): Promise<unknown> {
    const inner = (content as Record<string, Content>)[name];
    return inner === undefined
      ? Promise.reject(new DOMException(name, 'NotFoundError'))
      : Promise.resolve(this.handleOf(name, inner));
  }

  private async *values(content: Content): AsyncIterable<unknown> {
    for (const [name, inner] of await this.asked(() => this.listed(content))) {
      yield this.handleOf(name, inner);
    }
  }
}

/** A folder that can't be read is marked by a name with a slash at its end. */
function isFolder(content: Content): boolean {
  return (
    typeof content === 'object' &&
    (!(content instanceof DOMException) || content.message === 'a folder')
  );
}

/** So many files of a folder. */
export function many(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`f${index}`, String(index)])
  );
}
