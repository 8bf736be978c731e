import type { Contents } from '@jupyterlab/services';
import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../src/engine/emitter';
import type { ITransfer } from '../../src/engine/model';
import { Share } from '../../src/share';
import { StockUploads } from '../../src/ui/shell/stockUploads';
import { english } from './english';
import { transfer } from './transfer';

const own = { path: 'by Jupyter itself' } as Contents.IModel;

let share: Share;
let list: ITransfer[];
let taken: [string[], string][];
/** Whether all that is taken at once is one transfer. */
let together: boolean;
const changed = new Emitter<void>();

const model = (more: object = {}) => {
  const one = {
    path: 'data',
    driveName: '',
    allowFileUploads: true,
    upload: () => Promise.resolve(own),
    ...more
  };
  new StockUploads({
    transfers: {
      get transfers() {
        return list;
      },
      changed
    },
    share,
    language: english,
    take: (files, { prefix }) => {
      taken.push([files.map(({ name }) => name), prefix]);
      const names = together ? [''] : files.map(({ name }) => name);
      const added = names.map(name =>
        transfer('queued', {
          key: `${prefix}/${name}`,
          name,
          path: `${prefix}/${name}`
        })
      );
      list = [...list, ...added];
      return added;
    },
    describe: path => Promise.resolve({ path } as Contents.IModel)
  }).takeOver(one);
  return one as typeof one & {
    upload: (file: File, path?: string) => Promise<Contents.IModel>;
  };
};

const end = (key: string, more: Partial<ITransfer>) => {
  list = list.map(one => (one.key === key ? { ...one, ...more } : one));
  changed.emit();
};

const file = (name: string, size = 3) => new File(['x'.repeat(size)], name);

beforeEach(() => {
  share = new Share();
  list = [];
  taken = [];
  together = false;
});

describe('what Jupyter is told to upload', () => {
  it('is taken together, and described when it is there', async () => {
    const { upload } = model();
    const uploads = Promise.all([
      upload(file('a')),
      upload(file('b')),
      upload(file('c'), 'data/sub')
    ]);
    await Promise.resolve();
    expect(taken).toEqual([
      [['a', 'b'], 'data'],
      [['c'], 'data/sub']
    ]);
    end('data/a', { state: 'done', path: 'data/a (1)' });
    end('data/b', { state: 'skipped' });
    end('data/sub/c', { state: 'done' });
    expect((await uploads).map(({ path }) => path)).toEqual([
      'data/a (1)',
      'data/b',
      'data/sub/c'
    ]);
  });

  it('may become one transfer', async () => {
    together = true;
    const { upload } = model();
    const uploads = Promise.all([upload(file('a')), upload(file('b'))]);
    await Promise.resolve();
    end('data/', { state: 'done' });
    expect((await uploads).map(({ path }) => path)).toEqual([
      'data/a',
      'data/b'
    ]);
  });

  it.each([
    [
      { state: 'failed', error: { reason: 'x', message: 'Why.' } } as const,
      '“a” was not uploaded. Why.'
    ],
    [{ state: 'cancelled' } as const, 'The upload of “a” was cancelled.']
  ])('may end in vain', async (how, message) => {
    const uploading = model().upload(file('a'));
    await Promise.resolve();
    end('data/a', how);
    await expect(uploading).rejects.toThrow(message);
  });

  it('may be taken off the list', async () => {
    const uploading = model().upload(file('a'));
    await Promise.resolve();
    list = [];
    changed.emit();
    await expect(uploading).rejects.toThrow('taken off the list');
  });

  it.each([
    ['of another drive', { driveName: 'S3' }, {}],
    ['where uploads are forbidden', { allowFileUploads: false }, {}],
    ['where nothing is to be taken', {}, { takes: 'nothing' }],
    ['that is small', {}, { takes: 'large', largeFrom: 1 }]
  ])('is left to it %s', async (_, more, composite) => {
    share.set({ composite });
    expect(await model(more).upload(file('a'))).toBe(own);
    expect(taken).toEqual([]);
  });
});
