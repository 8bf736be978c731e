import {
  byteCount,
  firstGap,
  normalise
} from '../../src/engine/sending/ranges';
import { TransportError } from '../../src/engine/wire';
import type {
  ByteRange,
  Digest,
  DigestAlgorithm,
  IChunkReceipt,
  ICreateRequest,
  IPart,
  IUpload
} from '../../src/engine/wire';
import { digestOf, sha256 } from './digests';
import type { MemoryBlob } from './memorySource';

const KNOWN: readonly DigestAlgorithm[] = ['xxh3-128', 'sha-256'];

/** One unfinished upload as the server keeps it: its bytes, and a digest of each chunk. */
export class PartialModel {
  readonly bytes: Uint8Array;
  /** What some page has been told is there. */
  acknowledged: readonly ByteRange[] = [];
  /** Milliseconds since 1970: until then everything is being read back. */
  checkedAt = 0;
  private readonly parts = new Map<number, IPart>();
  /** Where those start whose digests no page has stated. */
  private readonly unconfirmed = new Set<number>();
  private upload: IUpload;

  constructor(
    id: string,
    request: ICreateRequest,
    wants: Pick<
      IUpload,
      'chunk_size' | 'block_size' | 'parallel' | 'part_size' | 'direct'
    >
  ) {
    const { digests, ...wanted } = request;
    const time = new Date().toISOString();
    this.bytes = new Uint8Array(request.size);
    this.upload = {
      ...wanted,
      ...wants,
      id,
      name: baseName(request.path),
      state: 'receiving',
      received: [],
      received_bytes: 0,
      digest: digests.find(name => KNOWN.includes(name)) ?? null,
      created: time,
      updated: time,
      expires: null,
      error: null
    };
  }

  /** As a list shows it. */
  get listed(): IUpload {
    return this.upload;
  }

  /** As it shows by itself. */
  get whole(): IUpload {
    return {
      ...this.upload,
      parts: this.inOrder,
      unconfirmed: this.open.map(([start, end]): ByteRange => [start, end])
    };
  }

  get composite(): string {
    return sha256(
      this.inOrder
        .map(([start, end, digest]) => `${start} ${end} ${digest}\n`)
        .join('')
    );
  }

  /** It can't be finished any more. */
  fail(reason: string, message: string): void {
    this.upload = {
      ...this.upload,
      state: 'failed',
      error: { reason, message }
    };
  }

  /** The machine restarts: for a while nobody knows what is left; then only what its digest stands for. */
  readBack(milliseconds: number): void {
    this.checkedAt = Date.now() + milliseconds;
    for (const [start, end, digest] of this.parts.values()) {
      if (
        digestOf(algorithmOf(digest), this.bytes.subarray(start, end)) !==
        digest
      ) {
        this.parts.delete(start);
      }
    }
    this.count();
  }

  /** The answer while everything is being read back is an error. */
  mustBeChecked(): void {
    if (Date.now() < this.checkedAt) {
      throw new TransportError('Being checked', 503, 'checking', true, {
        checked: 0,
        size: this.upload.received_bytes
      });
    }
  }

  write(
    range: ByteRange,
    bytes: Uint8Array,
    digest: Digest | null
  ): IChunkReceipt {
    this.mustReceive();
    const agreed = this.upload.digest;
    const isLong = digest === null && this.isLong(range);
    if (agreed !== null && digest === null && !isLong) {
      throw new TransportError('No digest', 400, 'digest_missing', false);
    }
    if (digest !== null && digestOf(algorithmOf(digest), bytes) !== digest) {
      throw new TransportError('Damaged', 400, 'digest_mismatch', true);
    }
    this.enter(range, bytes, isLong);
    const { received, received_bytes } = this.upload;
    const [start, end] = range;
    const around = received.filter(([from, to]) => from <= end && start <= to);
    return { received: around, received_bytes };
  }

  /** The connection ended: of a long body, what came is kept. */
  breakOff(
    [start, end]: ByteRange,
    body: Blob,
    came: number,
    digest: Digest | null
  ): void {
    if (digest === null && this.isLong([start, end])) {
      const { bytesNow } = body as MemoryBlob;
      this.enter([start, start + came], bytesNow.subarray(0, came), true);
    }
  }

  private enter(
    [start, end]: ByteRange,
    bytes: Uint8Array,
    isLong: boolean
  ): void {
    const { block_size, digest } = this.upload;
    const block = isLong && block_size !== null ? block_size : end;
    this.bytes.set(bytes, start);
    for (let at = start; at < end;) {
      const border = Math.min(end, at - (at % block) + block);
      const piece = bytes.subarray(at - start, border - start);
      this.parts.set(at, [at, border, digestOf(digest ?? 'xxh3-128', piece)]);
      if (isLong && digest !== null) {
        this.unconfirmed.add(at);
      }
      at = border;
    }
    this.count();
  }

  /** Other bytes than were sent, with a digest to match. */
  tamper(range: ByteRange): void {
    this.bytes.fill(0, ...range);
    const digest = digestOf('xxh3-128', this.bytes.subarray(...range));
    this.parts.set(range[0], [...range, digest]);
  }

  private mustReceive(): void {
    if (this.upload.state !== 'receiving') {
      throw new TransportError('Not receiving', 409, 'not_receiving', true);
    }
  }

  /** Everything that must hold before it gets its name. */
  mustBeWhole(
    composite: string | undefined,
    digests: readonly IPart[] = []
  ): void {
    this.mustReceive();
    const differs = composite !== this.composite;
    if (differs && digests.length > 0) {
      this.confirm(digests);
    }
    const missing = firstGap(this.upload.received, this.upload.size);
    if (missing !== null) {
      throw new TransportError('Incomplete', 409, 'incomplete', true, {
        missing: [missing]
      });
    }
    if (composite === undefined && this.open.length > 0) {
      throw new TransportError('No digests', 400, 'digest_missing', false);
    }
    if (composite !== undefined && differs) {
      throw new TransportError(
        'Something else arrived',
        409,
        'composite_mismatch',
        false,
        { unconfirmed: digests.length === 0 ? this.whole.unconfirmed : [] }
      );
    }
  }

  /** Drop what a page says is not what it sent. */
  private confirm(digests: readonly IPart[]): void {
    for (const [start, end, digest] of this.open) {
      const stated = digests.find(part => part[0] === start && part[1] === end);
      if (stated === undefined) {
        throw new TransportError('No digest', 400, 'digest_missing', false);
      }
      if (stated[2] !== digest) {
        this.parts.delete(start);
      }
      this.unconfirmed.delete(start);
    }
    this.count();
  }

  private isLong([start, end]: ByteRange): boolean {
    const { block_size } = this.upload;
    return block_size !== null && end - start > block_size;
  }

  private get open(): readonly IPart[] {
    return this.inOrder.filter(([start]) => this.unconfirmed.has(start));
  }

  private get inOrder(): readonly IPart[] {
    return [...this.parts.values()].sort((a, b) => a[0] - b[0]);
  }

  private count(): void {
    const received = normalise(
      this.inOrder.map(([start, end]): ByteRange => [start, end])
    );
    this.upload = {
      ...this.upload,
      received,
      received_bytes: byteCount(received),
      updated: new Date().toISOString()
    };
  }
}

export function baseName(path: string): string {
  return path.split('/').at(-1) ?? '';
}

function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.slice(0, digest.indexOf('=')) as DigestAlgorithm;
}
