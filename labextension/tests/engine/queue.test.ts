import { expect, it } from 'vitest';
import { Queue } from '../../src/engine/queue/queue';

interface IGate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): IGate {
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { opened, open };
}

it('runs no more tasks at once than it may, in order', async () => {
  const queue = new Queue(() => 2);
  const gates = [gate(), gate(), gate(), gate()];
  const begun: number[] = [];
  const runs = gates.map(({ opened }, index) =>
    queue.run(async () => {
      begun.push(index);
      await opened;
      return index;
    })
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  gates[1]?.open();
  await runs[1];
  expect(begun).toEqual([0, 1, 2]);
  gates.forEach(({ open }) => open());
  expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
});

it('goes on after a task that fails', async () => {
  const queue = new Queue(() => 1);
  await expect(
    queue.run(() => Promise.reject(new Error('no')))
  ).rejects.toThrow('no');
  await expect(queue.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});

it('lets a task to the front of the line', async () => {
  const queue = new Queue(() => 1);
  const { opened, open } = gate();
  const order: string[] = [];
  const run = (name: string, first = false): Promise<void> =>
    queue.run(
      async () => {
        order.push(name);
        await opened;
      },
      { first }
    );
  const all = [run('a'), run('b'), run('c', true)];
  open();
  await Promise.all(all);
  expect(order).toEqual(['a', 'c', 'b']);
});

it('lets a task leave the line, but not once it has begun', async () => {
  const queue = new Queue(() => 1);
  const { opened, open } = gate();
  const stop = new AbortController();
  const begun = queue.run(() => opened, { signal: stop.signal });
  const waiting = queue.run(() => Promise.resolve(), { signal: stop.signal });
  const last = queue.run(() => Promise.resolve('last'));
  stop.abort();
  await expect(waiting).rejects.toThrow(/abort/);
  await expect(
    queue.run(() => Promise.resolve(), { signal: stop.signal })
  ).rejects.toThrow(/abort/);
  open();
  await begun;
  expect(await last).toBe('last');
});
