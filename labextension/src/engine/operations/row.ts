import { baseName } from '../paths';
import { Rate, timeLeft } from '../sending/rate';
import type { IKind, IMade, IOperation, OperationState } from './model';
import type { IServerOperation } from './wire';

/** One operation: what the server last said of it, and how fast it is. */
export class OperationRow {
  private readonly rate = new Rate();
  private cached: IOperation | null = null;
  private isCancelling = false;

  /**
   * @param kindOf - a kind by its name, once that is known.
   * @param knownSince - the look at the server after which it was known; an answer to an earlier one may lack it.
   */
  constructor(
    private server: IServerOperation,
    private readonly kindOf: (kind: string) => IKind | undefined,
    readonly knownSince: number
  ) {
    this.rate.restart(Date.now(), server.metadata.progress.done);
  }

  get id(): string {
    return this.server.metadata.id;
  }

  /** ISO 8601. */
  get created(): string {
    return this.server.metadata.created;
  }

  get isOver(): boolean {
    return ['done', 'failed', 'cancelled'].includes(this.server.metadata.state);
  }

  /** What it looks like now; the same object until something changes. */
  get snapshot(): IOperation {
    this.cached ??= this.takeSnapshot();
    return this.cached;
  }

  /** The server said more of it. */
  take(server: IServerOperation): void {
    // Nothing comes after the end, and an answer may overtake another.
    if (this.isOver || JSON.stringify(server) === JSON.stringify(this.server)) {
      return;
    }
    const before = this.server.metadata;
    const { progress, state } = server.metadata;
    if (before.state !== state || before.progress.unit !== progress.unit) {
      this.rate.restart(Date.now(), progress.done);
    } else {
      this.rate.record(Date.now(), progress.done);
    }
    this.server = server;
    this.touch();
  }

  /** A person wants its end. */
  cancel(): void {
    this.isCancelling = true;
    this.touch();
  }

  /** The server was not told of that. */
  cancelFailed(): void {
    this.isCancelling = false;
    this.touch();
  }

  /** The rate falls with time alone: make `snapshot` look at the clock again. */
  refresh(): void {
    if (this.state === 'running') {
      this.cached = null;
    }
  }

  /** Something is another by now: what the server said, or the title of the kind. */
  touch(): void {
    this.cached = null;
  }

  private get state(): OperationState {
    const { state, cancelling } = this.server.metadata;
    return !this.isOver && (cancelling || this.isCancelling)
      ? 'cancelling'
      : state;
  }

  private takeSnapshot(): IOperation {
    const { metadata, response, error } = this.server;
    const { kind, destination, path, parameters, progress } = metadata;
    const { state } = this;
    const known = this.kindOf(kind);
    const made = state === 'done' ? placeIn(response, 'made') : null;
    const rate = state === 'running' ? this.rate.at(Date.now()) : null;
    return {
      key: `operation-${this.id}`,
      kind,
      title: known?.title ?? kind,
      destination,
      path,
      ...(known?.takes === 'nothing'
        ? { name: nameToCome(parameters, made) ?? baseName(path), folder: path }
        : { name: baseName(path), folder: folderOf(path) }),
      parameters,
      state,
      progress,
      rate,
      timeLeft:
        progress.total === null
          ? null
          : timeLeft(progress.total - progress.done, rate),
      result: state === 'done' ? (response ?? {}) : null,
      made,
      removed: state === 'done' ? placeIn(response, 'removed') : null,
      error: state === 'failed' ? (error ?? null) : null
    };
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** What a file is or will be called that was not there before; null where nobody knows. */
function nameToCome(
  { name, url }: IOperation['parameters'],
  made: IMade | null
): string | null {
  if (made !== null) {
    return baseName(made.path);
  }
  if (typeof name === 'string' && name !== '') {
    return name;
  }
  if (typeof url !== 'string') {
    return null;
  }
  const last = baseName(url.replace(/[?#].*$/s, '').replace(/\/+$/, ''));
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function placeIn(
  response: IServerOperation['response'],
  name: string
): IMade | null {
  const place = response?.[name];
  return typeof place === 'object' &&
    place !== null &&
    'destination' in place &&
    'path' in place &&
    typeof place.destination === 'string' &&
    typeof place.path === 'string'
    ? {
        destination: place.destination,
        path: place.path,
        // Of a folder no size is told.
        isFolder: 'size' in place && place.size === null
      }
    : null;
}
