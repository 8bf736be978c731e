import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hasher } from '../../src/hashing/hasher';
import type { Jobs } from '../../src/hashing/jobs';
import { serve } from '../../src/hashing/service';
import type { IWorker } from '../../src/hashing/workerClient';

const MiB = 1024 * 1024;
const ALGORITHM = 'xxh3-128';

/** What a worker runs, at the other end of a real line between threads. */
class ChannelWorker {
  readonly worker: IWorker;
  isTerminated = false;
  private readonly channel = new MessageChannel();

  constructor() {
    const { port1 } = this.channel;
    this.worker = Object.assign(port1, {
      onerror: null,
      terminate: () => {
        this.isTerminated = true;
        port1.close();
      }
    });
  }

  /** It has loaded. */
  start(): void {
    serve(this.channel.port2);
  }

  /** It dies, or can't be loaded. */
  die(): void {
    this.channel.port2.close();
    this.worker.onerror?.({ preventDefault: () => undefined } as ErrorEvent);
  }
}

let workers: ChannelWorker[];
let startsByItself: boolean;
let hasher: Hasher;

beforeEach(() => {
  workers = [];
  startsByItself = true;
  hasher = new Hasher(
    [ALGORITHM, 'sha-256'],
    () => {
      const channel = new ChannelWorker();
      workers.push(channel);
      if (startsByItself) {
        channel.start();
      }
      return channel.worker;
    },
    inPage
  );
});

async function inPage(): Promise<Jobs> {
  return (await import('../../src/hashing/inPage')).jobsInPage;
}

afterEach(() => {
  vi.restoreAllMocks();
  workers.forEach(({ worker }) => worker.terminate());
});

function blob(size: number, seed = 1): Blob {
  return new Blob([new Uint8Array(size).fill(seed)]);
}

function digest(
  of: Blob,
  signal = new AbortController().signal
): Promise<string> {
  return hasher.digest(ALGORITHM, of, { signal });
}

describe('the workers', () => {
  it('are made when first needed, and never more than two', async () => {
    expect(workers).toEqual([]);
    const one = await digest(blob(100));
    expect(await digest(blob(100))).toBe(one);
    expect(workers).toHaveLength(1);
    const many = await Promise.all(
      Array.from({ length: 6 }, (_, seed) => digest(blob(MiB, seed)))
    );
    expect(workers).toHaveLength(2);
    expect(new Set(many).size).toBe(6);
  });

  it('give up what nobody waits for any more', async () => {
    const stop = new AbortController();
    const given = digest(blob(50 * MiB), stop.signal);
    stop.abort();
    await expect(given).rejects.toThrow(/abort/);
    expect(await digest(blob(10))).toMatch(/^xxh3-128=:/);
  });

  it('tell how far they are', async () => {
    const seen: number[] = [];
    // A clock by which every piece takes a second: fast machines have little to tell.
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
    await hasher.digest('sha-256', blob(4 * MiB), {
      signal: new AbortController().signal,
      background: true,
      onProgress: read => seen.push(read)
    });
    expect(seen.at(-1)).toBe(4 * MiB);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('let what is waited for overtake what is not', async () => {
    const order: string[] = [];
    const signal = new AbortController().signal;
    // One for each worker.
    const background = [1, 2].map(seed =>
      hasher
        .digest('sha-256', blob(20 * MiB, seed), { signal, background: true })
        .then(() => order.push('background'))
    );
    await Promise.all([
      ...background,
      ...[3, 4, 5].map(seed =>
        digest(blob(2 * MiB, seed)).then(() => order.push('upload'))
      )
    ]);
    expect(order).toEqual([
      'upload',
      'upload',
      'upload',
      'background',
      'background'
    ]);
  });
});

describe('a file that can’t be read', () => {
  it('is a failure that says so', async () => {
    const unreadable = new Blob(['x']);
    hasher = new Hasher(
      [ALGORITHM],
      () => {
        throw new Error('No workers here');
      },
      inPage
    );
    unreadable.slice = () => unreadable;
    unreadable.arrayBuffer = () =>
      Promise.reject(new DOMException('Gone', 'NotReadableError'));
    await expect(digest(unreadable)).rejects.toMatchObject({
      reason: 'source_unreadable'
    });
  });
});

describe('without workers', () => {
  it('the page computes the same', async () => {
    const expected = await digest(blob(3 * MiB));
    hasher = new Hasher(
      [ALGORITHM],
      () => {
        throw new DOMException('Not allowed', 'SecurityError');
      },
      inPage
    );
    expect(await digest(blob(3 * MiB))).toBe(expected);
  });

  it('the page takes over when one dies, and asks for no other', async () => {
    const expected = await digest(blob(5 * MiB));
    const begun = [digest(blob(5 * MiB)), digest(blob(5 * MiB))];
    workers.forEach(worker => worker.die());
    expect(await Promise.all(begun)).toEqual([expected, expected]);
    expect(workers.every(({ isTerminated }) => isTerminated)).toBe(true);
    const made = workers.length;
    expect(await digest(blob(5 * MiB))).toBe(expected);
    expect(workers).toHaveLength(made);
  });

  it('a server that is down is tried again, for its workers too', async () => {
    const expected = await digest(blob(10));
    startsByItself = false;
    hasher = new Hasher(
      [ALGORITHM],
      () => {
        const channel = new ChannelWorker();
        workers.push(channel);
        if (startsByItself) {
          channel.start();
        } else {
          setTimeout(() => channel.die());
        }
        return channel.worker;
      },
      () => Promise.reject(new Error('Loading chunk failed'))
    );
    await expect(digest(blob(10))).rejects.toMatchObject({
      status: 0,
      reason: 'network'
    });
    startsByItself = true;
    expect(await digest(blob(10))).toBe(expected);
  });

  it('the page takes over when one never loads', async () => {
    startsByItself = false;
    const pending = digest(blob(10));
    await Promise.resolve();
    workers[0]?.die();
    expect(await pending).toMatch(/^xxh3-128=:/);
  });
});
