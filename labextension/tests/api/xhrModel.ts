/** What a store does with a request: answers it, or gives no answer at all. */
export type StoreModel = (
  request: XhrModel
) => { readonly status: number; readonly text?: string } | null;

/** A browser's XMLHttpRequest, as far as sending goes, with a store at its other end. */
export class XhrModel {
  static store: StoreModel = () => ({ status: 200 });
  static readonly sent: XhrModel[] = [];

  readonly upload: {
    onprogress: ((event: { loaded: number }) => void) | null;
    onload: (() => void) | null;
  } = { onprogress: null, onload: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  withCredentials = false;
  status = 0;
  responseText = '';
  method = '';
  url = '';
  body: Blob | null = null;
  readonly headers: Record<string, string> = {};
  private isOver = false;

  open(method: string, url: string): void {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: Blob): void {
    this.body = body;
    XhrModel.sent.push(this);
    queueMicrotask(() => {
      if (this.isOver) {
        return;
      }
      const answer = XhrModel.store(this);
      if (answer === null) {
        this.end(this.onerror);
        return;
      }
      this.upload.onprogress?.({ loaded: body.size });
      this.upload.onload?.();
      this.status = answer.status;
      this.responseText = answer.text ?? '';
      this.end(this.onload);
    });
  }

  abort(): void {
    if (!this.isOver) {
      this.end(this.onabort);
    }
  }

  private end(how: (() => void) | null): void {
    this.isOver = true;
    how?.();
    this.onloadend?.();
  }
}
