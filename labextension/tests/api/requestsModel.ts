import type {
  IRequestOptions,
  IRequests,
  Method
} from '../../src/api/requests';

export interface IRequest extends IRequestOptions {
  readonly method: Method;
  readonly path: string;
}

/** The Jupyter server, as far as small requests go: answers come from `answer`, or from what it throws. */
export class RequestsModel implements IRequests {
  readonly requests: IRequest[] = [];
  answer: (request: IRequest) => unknown = () => ({});

  /** What was asked, as `POST api/…`. */
  get asked(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async json<T>(
    method: Method,
    path: string,
    options: IRequestOptions = {}
  ): Promise<T> {
    options.signal?.throwIfAborted();
    const request = { ...options, method, path };
    this.requests.push(request);
    await Promise.resolve();
    return this.answer(request) as T;
  }

  async send(
    method: Method,
    path: string,
    options: IRequestOptions = {}
  ): Promise<void> {
    await this.json(method, path, options);
  }
}
