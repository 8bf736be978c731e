import { expect, onTestFinished, vi } from 'vitest';
import { createTransfers } from '../../src/engine';
import type {
  ConflictDecision,
  ITransfer,
  ITransfers,
  TreeDecision
} from '../../src/engine/model';
import { ClaimsModel } from './claimsModel';
import { TestHasher } from './digests';
import { MemoryResumeStore } from './memoryResumeStore';
import { NetworkModel } from './networkModel';
import { ServerModel } from './serverModel';

interface IQuestion {
  readonly transfer: ITransfer;
  readonly remaining: number;
  answer(decision: ConflictDecision, forAll?: boolean): void;
}

/** A browser tab with the engine in it, and someone who watches that no bar ever runs backwards. */
export class Page {
  readonly transfers: ITransfers;
  /** What the person is being asked, oldest first; more than one at a time is a fault of the engine. */
  readonly questions: IQuestion[] = [];
  /** What the person was asked about whole trees, and what they say. */
  readonly treeQuestions: {
    readonly taken: number;
    readonly sameSize: number;
  }[] = [];
  decideTree: (tree: ITransfer) => TreeDecision | null = () => {
    throw new Error('Nobody is here to decide.');
  };
  readonly hasher = new TestHasher();
  readonly network = new NetworkModel();
  private readonly connection: ReturnType<ServerModel['connect']>;
  private readonly seen = new Map<string, number>();

  /**
   * @param resumeStore - what the browser keeps between visits.
   * @param claims - what its pages tell each other.
   */
  constructor(
    server: ServerModel,
    random: () => number = () => 0.5,
    readonly resumeStore = new MemoryResumeStore(),
    private readonly claims = new ClaimsModel()
  ) {
    this.connection = server.connect();
    this.transfers = createTransfers({
      transport: this.connection,
      conflicts: {
        resolve: (transfer, remaining) =>
          new Promise(resolve => {
            const question: IQuestion = {
              transfer,
              remaining,
              answer: (decision, forAll = false) => {
                this.questions.splice(this.questions.indexOf(question), 1);
                resolve({ decision, forAll });
              }
            };
            this.questions.push(question);
          }),
        resolveTree: (tree, found) => {
          this.treeQuestions.push(found);
          return Promise.resolve(this.decideTree(tree));
        }
      },
      hasher: this.hasher,
      resumeStore,
      network: this.network,
      claims,
      random
    });
  }

  /** The newest state of a transfer, by its file's name. */
  row(name: string): ITransfer {
    const row = this.transfers.transfers.find(
      transfer => transfer.name === name
    );
    if (row === undefined) {
      throw new Error(`No row for ${name}`);
    }
    return row;
  }

  get states(): readonly string[] {
    return this.transfers.transfers.map(({ state }) => state);
  }

  /** Let time pass, looking every `step` milliseconds. */
  async pass(milliseconds: number, step = 5): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      await vi.advanceTimersByTimeAsync(Math.min(step, milliseconds - passed));
      this.watch();
    }
  }

  /** Let time pass until `condition` holds. */
  async until(
    condition: () => boolean,
    { atMost = 300_000, step = 5 } = {}
  ): Promise<void> {
    for (let passed = 0; !condition() && passed < atMost; passed += step) {
      await this.pass(step, step);
    }
    expect(condition()).toBe(true);
  }

  /** Let time pass until nothing moves any more. */
  idle(limits?: { atMost?: number; step?: number }): Promise<void> {
    return this.until(() => !this.transfers.busy, limits);
  }

  close(): void {
    this.connection.close();
    this.claims.close();
  }

  private watch(): void {
    for (const { key, sent, size, tree, state } of this.transfers.transfers) {
      // What is left out of a tree is not counted any more; after it has failed, what is tried again counts anew.
      const same = tree === null ? key : `${key} ${size}`;
      expect(sent).toBeGreaterThanOrEqual(this.seen.get(same) ?? 0);
      expect(sent).toBeLessThanOrEqual(size);
      this.seen.set(same, sent);
      if (tree !== null && state === 'failed') {
        this.seen.clear();
      }
    }
  }
}

/** A server and a page on it, in a time that passes only where the test lets it. */
export function openPage(): { server: ServerModel; page: Page } {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const server = new ServerModel();
  return { server, page: new Page(server) };
}
