import type { IAnswer, IFile, Message } from './model';

/** Milliseconds between two words to the kernel about progress alone. */
const TELL_EVERY = 1_000;

/** Milliseconds after which an answer counts as lost: a kernel may have been restarted. */
const ANSWER_WITHIN = 60_000;

/**
 * Tells the kernel what became of files: at once where one has begun or came to another state, else now and then, and not before
 * the kernel has answered. A cell that runs for an hour would find thousands of messages after it otherwise.
 */
export class Report {
  private readonly told = new Map<string, IFile>();
  private count = 0;
  /** When the last message went, and whether its answer is still to come. */
  private sent = -Infinity;
  private isAwaited = false;
  private later: ReturnType<typeof setTimeout> | null = null;
  private files: readonly IFile[] = [];

  constructor(private readonly send: (message: Message) => void) {}

  /** @param files - all of this page. */
  update(files: readonly IFile[]): void {
    this.files = files;
    this.tell();
  }

  receive({ number }: IAnswer): void {
    if (number === this.count) {
      this.isAwaited = false;
      this.tell();
    }
  }

  /** The kernel is to forget these. */
  remove(keys: readonly string[]): void {
    if (keys.length > 0) {
      keys.forEach(key => this.told.delete(key));
      this.files = this.files.filter(({ key }) => !keys.includes(key));
      this.send({ type: 'remove', keys });
    }
  }

  dispose(): void {
    if (this.later !== null) {
      clearTimeout(this.later);
    }
  }

  private tell(): void {
    const news = this.files.filter(file => !this.isTold(file));
    if (news.length === 0) {
      return;
    }
    const waited = Date.now() - this.sent;
    const isUrgent = news.some(({ key, state, upload_id: id }) => {
      const told = this.told.get(key);
      // Without its id nobody finds the upload again after a reload.
      return told?.state !== state || told.upload_id !== id;
    });
    if (isUrgent || waited >= (this.isAwaited ? ANSWER_WITHIN : TELL_EVERY)) {
      news.forEach(file => this.told.set(file.key, file));
      this.count += 1;
      this.sent = Date.now();
      this.isAwaited = true;
      this.send({ type: 'files', number: this.count, files: news });
    } else if (!this.isAwaited) {
      this.later ??= setTimeout(() => {
        this.later = null;
        this.tell();
      }, TELL_EVERY - waited);
    }
  }

  private isTold(file: IFile): boolean {
    const told = this.told.get(file.key);
    return (
      told !== undefined &&
      told.state === file.state &&
      told.received === file.received &&
      told.path === file.path &&
      told.upload_id === file.upload_id &&
      told.error?.reason === file.error?.reason
    );
  }
}
