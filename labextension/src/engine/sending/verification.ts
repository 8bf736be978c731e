import { composite } from './digests';
import { Parts } from './parts';
import type { IHasher, ISource } from '../ports';
import type {
  ByteRange,
  Digest,
  DigestAlgorithm,
  IPart,
  IUpload
} from '../wire';

/** What this page knows of the digests of one file's parts, and the server's word for them held against its own. */
export class Verification {
  /** Those that this page and the server agree on. */
  readonly parts = new Parts();
  /** Of what came without a digest: the server's alone count for nothing. */
  private unconfirmed: readonly ByteRange[] = [];
  /** By their ranges, computed once. */
  private readonly own = new Map<string, Promise<Digest>>();

  constructor(private readonly hasher: IHasher) {}

  /** What the server reports is the truth about which parts there are. */
  replace({ parts = [], unconfirmed = [] }: IUpload): void {
    this.unconfirmed = unconfirmed;
    const open = new Set(unconfirmed.map(([start]) => start));
    this.parts.replace(parts.filter(([start]) => !open.has(start)));
  }

  /** A whole file was acknowledged, which the server has cut into blocks. */
  addBlocks(blocks: readonly ByteRange[]): void {
    this.unconfirmed = blocks;
  }

  /** Compute the digests of blocks, one after the other, for when they are asked for. Never rejects. */
  async computeAhead(
    algorithm: DigestAlgorithm,
    source: ISource,
    blocks: readonly ByteRange[],
    signal: AbortSignal
  ): Promise<void> {
    for (const block of blocks) {
      if (signal.aborted) {
        return;
      }
      await this.digest(algorithm, source, block, signal).catch(
        () => undefined
      );
    }
  }

  /** What stands for the whole file; null when some parts of it are not known. */
  async composite(
    { digest, size }: IUpload,
    source: ISource,
    signal: AbortSignal
  ): Promise<string | null> {
    if (digest !== null) {
      for (const part of await this.stated(digest, source, signal)) {
        this.parts.add([part[0], part[1]], part[2]);
      }
      this.unconfirmed = [];
    }
    const parts = this.parts.whole(size);
    return parts === null ? null : composite(parts, this.hasher, signal);
  }

  /** The digests of what came without any. */
  async stated(
    algorithm: DigestAlgorithm,
    source: ISource,
    signal: AbortSignal
  ): Promise<readonly IPart[]> {
    const stated: IPart[] = [];
    for (const range of this.unconfirmed) {
      const digest = await this.digest(algorithm, source, range, signal);
      stated.push([...range, digest]);
    }
    return stated;
  }

  private digest(
    algorithm: DigestAlgorithm,
    source: ISource,
    range: ByteRange,
    signal: AbortSignal
  ): Promise<Digest> {
    const key = range.join('-');
    const known = this.own.get(key);
    if (known !== undefined) {
      return known;
    }
    const digest = this.hasher.digest(algorithm, source.slice(...range), {
      signal
    });
    this.own.set(key, digest);
    digest.catch(() => this.own.delete(key));
    return digest;
  }
}

/** The blocks in which a server keeps a file that comes whole. */
export function blocksOf(size: number, blockSize: number): ByteRange[] {
  return Array.from({ length: Math.ceil(size / blockSize) }, (_, index) => [
    index * blockSize,
    Math.min(size, (index + 1) * blockSize)
  ]);
}
