import { vi } from 'vitest';
import { createTransfers } from '../../src/engine';
import type { ITransfers } from '../../src/engine/model';
import type { ISource } from '../../src/engine/ports';
import { PageMemory } from '../../src/widget/memory';
import { Others } from '../../src/widget/others';
import { Questions } from '../../src/widget/questions';
import { Session } from '../../src/widget/session';
import type { IRow } from '../../src/widget/session';
import type { ClaimsModel } from '../engine/claimsModel';
import { TestHasher } from '../engine/digests';
import { NetworkModel } from '../engine/networkModel';
import type { ServerModel } from '../engine/serverModel';
import type { KernelModel } from './kernelModel';

/** A browser tab that shows a widget of a kernel, and somebody who uses it. */
export class WidgetPage {
  readonly session: Session;
  private readonly transfers: ITransfers;
  private readonly connection: ReturnType<ServerModel['connect']>;
  private isClosed = false;

  constructor(
    server: ServerModel,
    private readonly kernel: KernelModel,
    private readonly claims: ClaimsModel
  ) {
    const questions = new Questions();
    this.connection = server.connect();
    this.transfers = createTransfers({
      transport: this.connection,
      conflicts: questions,
      hasher: new TestHasher(),
      resumeStore: new PageMemory(),
      network: new NetworkModel(),
      claims,
      random: () => 0.5
    });
    const model = kernel.connect();
    this.session = new Session({
      model: {
        ...model,
        send: message => {
          if (!this.isClosed) {
            model.send(message);
          }
        }
      },
      transfers: this.transfers,
      questions,
      others: new Others({ transport: this.connection, claims }),
      addressOf: (destination, path) =>
        destination === 'home' ? null : `s3://${destination}/${path}`
    });
  }

  add(...sources: readonly ISource[]): void {
    this.session.add(sources, this.kernel.traits.place);
  }

  row(name: string): IRow {
    const found = this.session.rows.find(
      ({ transfer }) => transfer.name === name
    );
    if (found === undefined) {
      throw new Error(`No row for ${name}`);
    }
    return found;
  }

  get shown(): readonly string[] {
    return this.session.rows.map(
      ({ transfer: { name, state } }) => `${name} ${state}`
    );
  }

  /** Let time pass until `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    for (let passed = 0; !condition(); passed += 5) {
      if (passed > 300_000) {
        throw new Error(`Never: ${condition.toString()}`);
      }
      await vi.advanceTimersByTimeAsync(5);
    }
  }

  /** Let time pass until nothing moves any more, and the kernel knows. */
  async idle(): Promise<void> {
    await this.until(() => !this.transfers.busy);
    await vi.advanceTimersByTimeAsync(2_000);
  }

  /** The tab is closed. */
  close(): void {
    this.isClosed = true;
    this.connection.close();
    this.claims.close();
  }
}
