import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/engine/emitter';
import { createOperations } from '../../src/engine/operations';
import type {
  IOperation,
  IOperations
} from '../../src/engine/operations/model';
import { TransportError } from '../../src/engine/wire';
import { OperationsModel } from './operationsModel';

const away = new TransportError('', 0, 'network');
const refused = new TransportError('algorithm: no.', 400, 'malformed', false);

let server: OperationsModel;
let network: { online: boolean; protocol: null; changed: Emitter<void> };
let operations: IOperations;
let ended: IOperation[];

const pass = (milliseconds: number) =>
  vi.advanceTimersByTimeAsync(milliseconds);
const states = () => operations.operations.map(({ state }) => state);
const count = (what: string) =>
  server.asked.filter(asked => asked === what).length;

function openPage(): void {
  operations = createOperations({ server, network, random: () => 1 });
  ended = [];
  operations.ended.subscribe(operation => ended.push(operation));
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  server = new OperationsModel();
  network = { online: true, protocol: null, changed: new Emitter() };
  openPage();
  return () => vi.useRealTimers();
});

describe('looking', () => {
  it('asks once where nothing is under way, and not again', async () => {
    server.add('a', { state: 'done' });
    operations.look();
    await pass(600_000);
    expect(server.asked).toEqual(['kinds', 'list']);
    expect(states()).toEqual(['done']);
    expect(ended).toEqual([]);
    operations.look();
    await pass(600_000);
    expect(server.asked).toEqual(['kinds', 'list', 'list']);
  });

  it('waits for news while something is under way, one request at a time', async () => {
    server.add('a');
    operations.look();
    operations.look();
    await pass(24_000);
    expect(server.asked).toEqual(['kinds', 'list', 'list', 'wait']);
    await pass(60_000);
    expect(count('wait')).toBe(4);
    server.change('a', { state: 'done' }, { response: { size: 1000 } });
    await pass(1_000);
    expect(states()).toEqual(['done']);
    expect(ended.map(({ result }) => result)).toEqual([{ size: 1000 }]);
    const asked = server.asked.length;
    await pass(600_000);
    expect(server.asked.length).toBe(asked);
  });

  it('shows the oldest first, by the titles of their kinds', async () => {
    server.add('a');
    server.add('b', { kind: 'unheard-of' });
    operations.look();
    await pass(100);
    expect(
      operations.operations.map(({ path, title }) => [path, title])
    ).toEqual([
      ['data/a.bin', 'Compute checksum'],
      ['data/b.bin', 'unheard-of']
    ]);
  });

  it('tells how fast it is, and how long it takes, until nothing is heard', async () => {
    server.add('a');
    operations.look();
    for (let done = 0; done <= 400; done += 100) {
      server.progress('a', done);
      await pass(1_000);
    }
    const [row] = operations.operations;
    expect(row?.rate).toBeGreaterThan(70);
    expect(row?.rate).toBeLessThan(120);
    expect(row?.timeLeft).toBeGreaterThan(4);
    await pass(60_000);
    expect(operations.operations[0]?.rate).toBe(0);
    expect(operations.operations[0]?.timeLeft).toBeNull();
  });

  it('keeps a row as it is until something changes', async () => {
    server.add('a', { state: 'queued' });
    server.add('b');
    operations.look();
    await pass(100);
    const [before] = operations.operations;
    server.progress('b', 10);
    await pass(900);
    expect(operations.operations[1]?.progress.done).toBe(10);
    expect(operations.operations[0]).toBe(before);
  });

  it('forgets what another page removed', async () => {
    server.add('a', { state: 'done' });
    operations.look();
    await pass(100);
    server.known = [];
    operations.look();
    await pass(100);
    expect(states()).toEqual([]);
  });
});

describe('a lost network', () => {
  it('is told, and lasts as long as it likes', async () => {
    server.add('a');
    operations.look();
    await pass(2_000);
    server.fault = away;
    await pass(3_600_000);
    expect(operations.trouble?.reason).toBe('network');
    expect(operations.trouble?.retryAt).toBeGreaterThan(3_600_000);
    expect(states()).toEqual(['running']);
    expect(server.asked.length).toBeLessThan(300);

    server.fault = null;
    server.change('a', { state: 'done' });
    network.changed.emit();
    await pass(1_000);
    expect(operations.trouble).toBeNull();
    expect(states()).toEqual(['done']);
    expect(ended.length).toBe(1);
  });

  it('does not start anything twice', async () => {
    server.losesAnswer = true;
    const begun = operations.start('checksum', {
      destination: 'home',
      path: 'a'
    });
    await pass(5_000);
    expect((await begun).path).toBe('a');
    expect(server.known.length).toBe(1);
    expect(states()).toEqual(['running']);
  });
});

describe('what the server does not do', () => {
  it('ends the looking where there are no operations', async () => {
    server.fault = new TransportError('', 404, 'http');
    operations.look();
    await pass(600_000);
    expect(server.asked).toEqual(['kinds']);
    expect(operations.kinds).toEqual([]);
    server.fault = null;
    operations.look();
    await pass(100);
    expect(operations.kinds.length).toBe(1);
    expect(operations.trouble).toBeNull();
  });

  it('is told to whoever asked for it', async () => {
    server.fault = refused;
    await expect(
      operations.start('checksum', { destination: 'home', path: 'a' })
    ).rejects.toThrow('algorithm: no.');
    expect(states()).toEqual([]);
  });
});

describe('a person', () => {
  beforeEach(async () => {
    server.add('a');
    operations.look();
    await pass(1_000);
  });

  it('sees at once what was started, whatever a request says that was on its way', async () => {
    server.delay = 2_000;
    server.progress('a', 10);
    await pass(1_500);
    await operations.start('checksum', { destination: 'home', path: 'b' });
    expect(states()).toEqual(['running', 'running']);
    for (let second = 0; second < 10; second += 1) {
      await pass(1_000);
      expect(states()).toEqual(['running', 'running']);
    }
  });

  it('cancels, and sees that it is under way until it is over', async () => {
    const [row] = operations.operations;
    const cancelled = operations.cancel(row?.key ?? '');
    expect(states()).toEqual(['cancelling']);
    await cancelled;
    expect(states()).toEqual(['cancelling']);
    server.change('a', { state: 'cancelled' });
    await pass(2_000);
    expect(states()).toEqual(['cancelled']);
    await operations.cancel(row?.key ?? '');
    expect(count('cancel a')).toBe(1);
  });

  it('is told when cancelling did not arrive', async () => {
    server.fault = away;
    const cancelled = operations.cancel('operation-a');
    const told = expect(cancelled).rejects.toThrow();
    await pass(60_000);
    await told;
    expect(states()).toEqual(['running']);
  });

  it('clears what is over, for good', async () => {
    server.add('b', { state: 'done' });
    await pass(1_000);
    await operations.clearFinished();
    expect(states()).toEqual(['running']);
    expect(server.known.length).toBe(1);
    await pass(5_000);
    expect(states()).toEqual(['running']);
  });

  it('gets back what could not be cleared', async () => {
    server.add('b', { state: 'done' });
    await pass(1_000);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    server.fault = away;
    const cleared = operations.clearFinished();
    await pass(60_000);
    await cleared;
    expect(warn).toHaveBeenCalled();
    server.fault = null;
    network.changed.emit();
    await pass(60_000);
    expect(states()).toEqual(['running', 'done']);
  });

  it('tries again in place of what failed', async () => {
    server.change(
      'a',
      { state: 'failed', parameters: { algorithm: 'md5' } },
      { error: { reason: 'worker_died', message: 'It died.', output: 'x' } }
    );
    await pass(1_000);
    expect(operations.operations[0]?.error?.output).toBe('x');
    await operations.again('operation-a');
    expect(states()).toEqual(['running']);
    expect(operations.operations[0]?.path).toBe('data/a.bin');
    expect(operations.operations[0]?.parameters).toEqual({ algorithm: 'md5' });
    await pass(5_000);
    expect(states()).toEqual(['running']);
  });

  it('comes back to what runs, and to what ended meanwhile', async () => {
    server.add('b', { state: 'failed' });
    openPage();
    operations.look();
    await pass(1_000);
    expect(states()).toEqual(['running', 'failed']);
    expect(ended).toEqual([]);
  });
});
