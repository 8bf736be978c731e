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

const KNOWN: readonly DigestAlgorithm[] = ['xxh3-128', 'sha-256'];

/** One unfinished upload as the server keeps it: its bytes, and a digest of each chunk. */
export class PartialModel {
  readonly bytes: Uint8Array;
  /** What some page has been told is there. */
  acknowledged: readonly ByteRange[] = [];
  /** Milliseconds since 1970: until then everything is being read back. */
  checkedAt = 0;
  private readonly parts = new Map<number, IPart>();
  private upload: IUpload;

  constructor(
    id: string,
    request: ICreateRequest,
    wants: Pick<IUpload, 'chunk_size' | 'parallel' | 'part_size' | 'direct'>
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
    return { ...this.upload, parts: this.inOrder };
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
    if (agreed !== null && digest === null) {
      throw new TransportError('No digest', 400, 'digest_missing', false);
    }
    if (digest !== null && digestOf(algorithmOf(digest), bytes) !== digest) {
      throw new TransportError('Damaged', 400, 'digest_mismatch', true);
    }
    this.bytes.set(bytes, range[0]);
    const own = digestOf(agreed ?? 'xxh3-128', bytes);
    this.parts.set(range[0], [...range, own]);
    this.count();
    const { received, received_bytes } = this.upload;
    const [start, end] = range;
    const around = received.filter(([from, to]) => from <= end && start <= to);
    return { received: around, received_bytes };
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
  mustBeWhole(composite: string | undefined): void {
    this.mustReceive();
    const missing = firstGap(this.upload.received, this.upload.size);
    if (missing !== null) {
      throw new TransportError('Incomplete', 409, 'incomplete', true, {
        missing: [missing]
      });
    }
    if (composite !== undefined && composite !== this.composite) {
      throw new TransportError(
        'Something else arrived',
        409,
        'composite_mismatch',
        false
      );
    }
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
