import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ClaimsModel } from '../engine/claimsModel';
import { MemorySource } from '../engine/memorySource';
import { ServerModel } from '../engine/serverModel';
import { KernelModel } from './kernelModel';
import { WidgetPage } from './widgetPage';

let server: ServerModel;
let kernel: KernelModel;
let browser: Set<ClaimsModel>;
let page: WidgetPage;

const open = () => new WidgetPage(server, kernel, new ClaimsModel(browser));

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  server = new ServerModel();
  kernel = new KernelModel();
  browser = new Set();
  page = open();
});

const file = new MemorySource('a', 50_000);

/** Some of the file is there, and the kernel knows of it, or would if it was not busy. */
async function begin(): Promise<void> {
  server.bandwidth = 20;
  page.add(file);
  await page.until(
    () =>
      page.row('a').transfer.acknowledged > 5_000 &&
      kernel.messages.some(
        message =>
          message.type === 'files' &&
          message.files.some(({ upload_id: id }) => id !== null)
      )
  );
}

describe('what the kernel learns', () => {
  it('is where each file is, once it is there', async () => {
    page.add(file, new MemorySource('b', 100));
    await page.idle();
    expect(kernel.files).toMatchObject([
      { name: 'a', path: 'data/a', state: 'done', received: 50_000, url: null },
      { name: 'b', path: 'data/b', state: 'done', received: 100 }
    ]);
    expect(server.holds('data/a', file.content)).toBe(true);
  });

  it('has the address of what is in a bucket', async () => {
    const place = { destination: 'lake', folder: 'raw', title: 'lake:raw' };
    kernel.traits = { ...kernel.traits, place };
    page.add(file);
    await page.idle();
    expect(kernel.files).toMatchObject([
      { destination: 'lake', path: 'raw/a', url: 's3://lake/raw/a' }
    ]);
  });

  it('is no pile of progress after a long cell', async () => {
    server.bandwidth = 1;
    kernel.isBusy = true;
    page.add(file);
    await page.idle();
    const states = kernel.messages.flatMap(message =>
      message.type === 'files' ? message.files.map(({ state }) => state) : []
    );
    expect(states.at(-1)).toBe('done');
    // The second word of a state brings the id of the upload.
    expect(states.length).toBeLessThanOrEqual(new Set(states).size + 1);
    kernel.run();
    expect(kernel.files).toMatchObject([{ state: 'done' }]);
  });

  it('is each path, of however many files', async () => {
    const many = Array.from(
      { length: 45 },
      (_, index) => new MemorySource(`${index}.csv`, 10 + index)
    );
    page.add(...many);
    await page.idle();
    expect(kernel.files.map(({ path }) => path)).toEqual(
      many.map(({ name }) => `data/${name}`)
    );
    expect(kernel.files.every(({ state }) => state === 'done')).toBe(true);
  });
});

describe('after a reload', () => {
  beforeEach(async () => {
    await begin();
    page.close();
    page = open();
    await vi.advanceTimersByTimeAsync(100);
  });

  it('shows what is unfinished, and goes on with the same file', async () => {
    expect(page.row('a')).toMatchObject({
      isOwn: false,
      transfer: { state: 'unfinished', can: { resume: true, cancel: true } }
    });
    expect(page.row('a').transfer.updated).not.toBeNull();
    page.add(file);
    expect(page.shown).toHaveLength(1);
    await page.idle();
    expect(page.shown).toEqual(['a done']);
    expect(kernel.files).toMatchObject([{ state: 'done' }]);
    expect(server.resent).toEqual([]);
    expect(server.created).toBe(1);
  });

  it('hears that the transfers panel went on with it', async () => {
    const panel = new WidgetPage(
      server,
      new KernelModel(),
      new ClaimsModel(browser)
    );
    panel.add(file);
    await panel.idle();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(page.shown).toEqual(['a done']);
    expect(kernel.files).toMatchObject([{ path: 'data/a', state: 'done' }]);
  });

  it('takes what is unfinished from the server when it is cancelled', async () => {
    page.session.remove(page.row('a'));
    await page.idle();
    expect([page.shown, kernel.files, [...server.partials]]).toEqual([
      [],
      [],
      []
    ]);
  });
});

it('tells the kernel of a file that was complete when its page went away', async () => {
  kernel.isBusy = true;
  await begin();
  kernel.run();
  const [told] = kernel.files;
  kernel.isBusy = true;
  await page.idle();
  page.close();
  // What it said last was lost.
  kernel = new KernelModel();
  kernel.traits = { ...kernel.traits, files: told ? [told] : [] };
  page = open();
  await page.idle();
  expect(kernel.files).toMatchObject([{ state: 'done', received: 50_000 }]);
});

it('leaves to another tab what that one sends', async () => {
  await begin();
  const second = open();
  await vi.advanceTimersByTimeAsync(20);
  expect(second.row('a')).toMatchObject({
    isOwn: false,
    transfer: { state: 'uploading', can: { resume: false, cancel: false } }
  });
  await page.idle();
  expect(second.shown).toEqual(['a done']);
  expect(server.created).toBe(1);
});

describe('a name that is taken', () => {
  const names = Array.from({ length: 30 }, (_, index) => `${index}.csv`);

  beforeEach(async () => {
    names.forEach(name =>
      server.files.set(`data/${name}`, new Uint8Array([1]))
    );
    page.add(...names.map(name => new MemorySource(name, 100)));
    await page.until(() =>
      page.session.rows.some(({ question }) => question !== null)
    );
  });

  const asked = () => {
    const row = page.session.rows.find(({ question }) => question !== null);
    if (row === undefined) {
      throw new Error('Nothing is asked.');
    }
    return row;
  };

  it('is decided once for all that were chosen together', async () => {
    expect(asked().question).toMatchObject({
      canRename: true,
      hasOthers: true
    });
    page.session.answer(asked(), 'rename', true);
    await page.idle();
    expect(kernel.files).toHaveLength(30);
    expect(kernel.files[0]).toMatchObject({
      name: '0.csv',
      path: 'data/0 (1).csv',
      state: 'done'
    });
  });

  it('asks about the next when the file is cancelled instead', async () => {
    const first = asked();
    page.session.remove(first);
    await page.until(() =>
      page.session.rows.some(
        ({ key, question }) => key !== first.key && question !== null
      )
    );
    page.session.answer(asked(), 'skip', true);
    await page.idle();
    expect(kernel.files).toHaveLength(29);
    expect(new Set(kernel.files.map(({ state }) => state))).toEqual(
      new Set(['skipped'])
    );
  });
});

it('keeps one file where it is to have one', async () => {
  kernel.traits = { ...kernel.traits, multiple: false };
  page.add(file);
  await page.idle();
  page.add(new MemorySource('b', 100), new MemorySource('c', 100));
  await page.idle();
  expect(page.shown).toEqual(['b done']);
  expect(kernel.files).toMatchObject([{ name: 'b' }]);
  expect([...server.files.keys()]).toEqual(['data/a', 'data/b']);
});

it('lists a file once that was uploaded again', async () => {
  page.add(file);
  await page.idle();
  server.files.delete('data/a');
  page.add(file);
  await page.idle();
  expect([page.shown, kernel.files.length]).toEqual([['a done'], 1]);
});

it('stops when the widget is gone, and keeps what is there', async () => {
  await begin();
  page.session.dispose();
  await page.idle();
  expect(server.files.size).toBe(0);
  expect(server.partials.size).toBe(1);
});
