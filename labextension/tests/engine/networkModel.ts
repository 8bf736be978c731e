import { Emitter } from '../../src/engine/emitter';
import type { INetwork } from '../../src/engine/ports';

/** What a browser says of its network. */
export class NetworkModel implements INetwork {
  online = true;
  protocol: string | null = 'http/1.1';
  readonly changed = new Emitter<void>();

  /** The network comes or goes. */
  switch(online: boolean): void {
    this.online = online;
    this.changed.emit();
  }
}
