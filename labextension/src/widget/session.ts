import { Emitter } from '../engine/emitter';
import type { IListenable } from '../engine/emitter';
import type { ConflictDecision, ITransfer, ITransfers } from '../engine/model';
import { isOver } from '../engine/model';
import { newIdempotencyKey } from '../engine/resuming/idempotencyKey';
import type { ISource } from '../engine/ports';
import { fileOf, isSame, standIn } from './files';
import type { IAnswer, IModel, IPlace } from './model';
import type { Others } from './others';
import type { IQuestion, Questions } from './questions';
import { Report } from './report';

/** Of small files, so many at once are still a transfer each (engine/trees/manyFiles.ts): the kernel wants each path. */
const AT_ONCE = 20;

export interface ISessionOptions {
  readonly model: IModel;
  readonly transfers: ITransfers;
  readonly questions: Questions;
  readonly others: Others;
  /** The address of a file in a bucket; null on the server's own disk. */
  readonly addressOf: (destination: string, path: string) => string | null;
}

/** A file as a person sees it. */
export interface IRow {
  /** As the kernel knows it. */
  readonly key: string;
  readonly transfer: ITransfer;
  /** This page is at work on it, or was. */
  readonly isOwn: boolean;
  readonly question: IQuestion | null;
}

/** One widget on one page: its uploads, and what the kernel and other pages tell of others. All views share it. */
export class Session {
  readonly changed: IListenable<void>;
  private readonly changes = new Emitter<void>();
  private readonly report: Report;
  /** Keys of the kernel, by those of transfers. */
  private readonly keys = new Map<string, string>();
  private readonly removed = new Set<string>();
  /** What the kernel has told of at any time. */
  private readonly heard = new Set<string>();
  private readonly ends: (() => void)[];

  constructor(private readonly options: ISessionOptions) {
    const { model, transfers, questions, others } = options;
    this.changed = this.changes;
    this.report = new Report(message => model.send(message));
    const onAnswer = (answer: unknown) =>
      this.report.receive(answer as IAnswer);
    const onFiles = () => {
      this.hear();
      others.update(this.foreign);
      this.changes.emit();
    };
    model.on('msg:custom', onAnswer);
    model.on('change:files', onFiles);
    this.ends = [
      () => model.off('msg:custom', onAnswer),
      () => model.off('change:files', onFiles),
      transfers.changed.subscribe(() => this.follow()),
      questions.changed.subscribe(() => this.changes.emit()),
      others.changed.subscribe(() => this.changes.emit()),
      others.completed.subscribe(file =>
        model.send({ type: 'files', number: 0, files: [file] })
      ),
      () => this.report.dispose(),
      () => others.dispose()
    ];
    onFiles();
  }

  get rows(): readonly IRow[] {
    const { questions, others } = this.options;
    const own = new Map(
      this.own.map(transfer => [this.keyOf(transfer), transfer])
    );
    const rowOf = (key: string, transfer: ITransfer): IRow => {
      const { open } = questions;
      const question = open?.key === transfer.key ? open : null;
      return { key, transfer, isOwn: true, question };
    };
    const known = this.files.map(file => {
      const { key } = file;
      const transfer = own.get(key);
      own.delete(key);
      return transfer !== undefined
        ? rowOf(key, transfer)
        : {
            key,
            transfer: standIn(file, others.standing(file)),
            isOwn: false,
            question: null
          };
    });
    return [...known, ...[...own].map(([key, one]) => rowOf(key, one))];
  }

  /** Upload files that were picked together. */
  add(sources: readonly ISource[], place: Omit<IPlace, 'title'>): void {
    const { model, transfers, questions } = this.options;
    const wanted = model.get('multiple') ? sources : sources.slice(0, 1);
    if (!model.get('multiple') && wanted.length > 0) {
      this.makeRoom(wanted[0], place);
    }
    const added: ITransfer[] = [];
    for (let start = 0; start < wanted.length; start += AT_ONCE) {
      const some = wanted.slice(start, start + AT_ONCE);
      added.push(...transfers.add(some, place.folder, place.destination));
    }
    for (const transfer of added) {
      if (!this.keys.has(transfer.key)) {
        const begun = this.foreign.find(file => isSame(file, transfer));
        this.keys.set(transfer.key, begun?.key ?? newIdempotencyKey());
      }
    }
    questions.group(added.map(({ key }) => key));
    this.follow();
  }

  pause({ transfer }: IRow): void {
    this.options.transfers.pause(transfer.key);
  }

  /** Of this page; what another visit began needs its file, and `add`. */
  resume({ transfer }: IRow): void {
    this.options.transfers.resume(transfer.key);
  }

  retry({ transfer }: IRow): void {
    this.options.transfers.retry(transfer.key);
  }

  answer({ transfer }: IRow, decision: ConflictDecision, all: boolean): void {
    this.options.questions.answer(transfer.key, decision, all);
  }

  /** Cancel it, or take it off the list; what has arrived stays where it is. */
  remove({ key, transfer, isOwn }: IRow): void {
    const { transfers, questions, others } = this.options;
    if (!isOwn) {
      others.cancel(transfer.uploadId, transfer.state);
    } else if (!isOver(transfer.state) || transfer.can.cancel) {
      void transfers.cancel(transfer.key);
      questions.answer(transfer.key, 'skip');
    }
    this.forget([key]);
  }

  /** Take what is over off the list. */
  clear(): void {
    this.forget(
      this.rows
        .filter(({ transfer }) => isOver(transfer.state))
        .map(({ key }) => key)
    );
  }

  /** The widget is gone: nothing goes on, and what has arrived stays on the server for a while. */
  dispose(): void {
    this.options.transfers.pauseAll();
    this.ends.forEach(end => end());
  }

  /** What the kernel knows, without what was removed here and the kernel has yet to hear of. */
  private get files(): ReturnType<typeof this.options.model.get<'files'>> {
    return this.options.model
      .get('files')
      .filter(({ key }) => !this.removed.has(key));
  }

  /** Those of other pages, or earlier visits. */
  private get foreign(): typeof this.files {
    const own = new Set(this.keys.values());
    return this.files.filter(({ key }) => !own.has(key));
  }

  private get own(): readonly ITransfer[] {
    return this.options.transfers.transfers.filter(transfer => {
      const key = this.keys.get(transfer.key);
      return key !== undefined && !this.removed.has(key);
    });
  }

  /** The kernel lists a file no more that another of the same name has replaced. */
  private hear(): void {
    const listed = new Set(
      this.options.model.get('files').map(({ key }) => key)
    );
    for (const key of this.heard) {
      if (!listed.has(key)) {
        this.removed.add(key);
      }
    }
    listed.forEach(key => this.heard.add(key));
  }

  private keyOf({ key }: ITransfer): string {
    return this.keys.get(key) ?? key;
  }

  /** Before the only file of a widget that takes one. */
  private makeRoom(
    source: ISource | undefined,
    { destination, folder }: Omit<IPlace, 'title'>
  ): void {
    for (const row of this.rows) {
      const { transfer } = row;
      const isSameFile =
        !isOver(transfer.state) &&
        transfer.destination === destination &&
        transfer.folder === folder &&
        transfer.name === source?.name &&
        transfer.size === source.size &&
        transfer.lastModified === source.lastModified;
      if (!isSameFile) {
        this.remove(row);
      }
    }
  }

  private forget(keys: readonly string[]): void {
    keys.forEach(key => this.removed.add(key));
    this.report.remove(keys);
    this.changes.emit();
  }

  private follow(): void {
    const { addressOf } = this.options;
    this.report.update(
      this.own.map(transfer => {
        const { destination, path } = transfer;
        const key = this.keyOf(transfer);
        return fileOf(key, transfer, addressOf(destination, path));
      })
    );
    this.changes.emit();
  }
}
