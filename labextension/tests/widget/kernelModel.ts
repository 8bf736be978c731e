import type { IFile, IModel, ITraits, Message } from '../../src/widget/model';

type Listener = (value: unknown) => void;

/** A kernel with one widget, as jupyter_bigupload/widget/upload.py answers pages. */
export class KernelModel {
  traits: ITraits = {
    files: [],
    multiple: true,
    accept: '',
    description: 'Upload files…',
    disabled: false,
    place: { destination: 'home', folder: 'data', title: 'data/' }
  };
  /** Whether a cell runs: then messages wait. */
  isBusy = false;
  /** All that came. */
  readonly messages: Message[] = [];
  private readonly waiting: Message[] = [];
  private readonly listeners = new Map<string, Set<Listener>>();

  get files(): readonly IFile[] {
    return this.traits.files;
  }

  /** One page's view of it. */
  connect(): IModel {
    return {
      get: name => this.traits[name],
      on: (event, listener) => {
        const listeners = this.listeners.get(event) ?? new Set();
        this.listeners.set(event, listeners.add(listener));
      },
      off: (event, listener) => this.listeners.get(event)?.delete(listener),
      send: message => {
        this.messages.push(message);
        this.waiting.push(message);
        if (!this.isBusy) {
          this.run();
        }
      }
    };
  }

  /** The cell is over. */
  run(): void {
    this.isBusy = false;
    for (const message of this.waiting.splice(0)) {
      this.receive(message);
    }
  }

  private receive(message: Message): void {
    const files = new Map(this.files.map(file => [file.key, file]));
    if (message.type === 'remove') {
      message.keys.forEach(key => files.delete(key));
    } else {
      for (const file of message.files) {
        for (const [key, { destination, path, state }] of files) {
          const isSame = destination === file.destination && path === file.path;
          if (file.state === 'done' && state === 'done' && isSame) {
            files.delete(key);
          }
        }
        files.set(file.key, file);
      }
    }
    this.traits = { ...this.traits, files: [...files.values()] };
    this.tell('change:files', undefined);
    if (message.type === 'files') {
      const { number } = message;
      this.tell('msg:custom', { type: 'received', number });
    }
  }

  private tell(event: string, value: unknown): void {
    this.listeners.get(event)?.forEach(listener => listener(value));
  }
}
