import { expect, it } from 'vitest';
import { Emitter } from '../../src/engine/emitter';
import type {
  IOperation,
  IOperations
} from '../../src/engine/operations/model';
import { runToEnd } from '../../src/ui/operations/toEnd';

function model(): {
  readonly operations: IOperations;
  readonly end: (state: 'done' | 'failed') => void;
  readonly started: unknown[];
} {
  const changed = new Emitter<void>();
  const ended = new Emitter<IOperation>();
  const started: unknown[] = [];
  let now = {
    key: 'operation-1',
    state: 'running',
    result: null,
    error: null
  } as unknown as IOperation;
  const operations = {
    changed,
    ended,
    get operations() {
      return [now];
    },
    start: (...wanted: unknown[]) => {
      started.push(wanted);
      return Promise.resolve(now);
    }
  } as unknown as IOperations;
  return {
    operations,
    started,
    end: state => {
      now = {
        ...now,
        state,
        result: state === 'done' ? { commit: 'c' } : null,
        error:
          state === 'failed'
            ? { reason: 'r', message: 'It is busy.', output: '' }
            : null
      };
      changed.emit();
      ended.emit(now);
    }
  };
}

it('comes back with what came of it', async () => {
  const { operations, end, started } = model();
  const run = runToEnd(operations, 'commit_import', 'a.db', { import: 'i' });
  await Promise.resolve();
  end('done');
  expect((await run).result).toEqual({ commit: 'c' });
  expect(started).toEqual([
    ['commit_import', { destination: 'home', path: 'a.db' }, { import: 'i' }]
  ]);
});

it('says why it was not done', async () => {
  const { operations, end } = model();
  const run = runToEnd(operations, 'commit_import', 'a.db', {});
  await Promise.resolve();
  end('failed');
  await expect(run).rejects.toThrow('It is busy.');
});

it('does not wait for what is over already', async () => {
  const { operations, end } = model();
  end('done');
  expect((await runToEnd(operations, 'k', 'a.db', {})).state).toBe('done');
});
