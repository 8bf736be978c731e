import { expect, it } from 'vitest';
import type { ITotals } from '../../src/engine/model';
import type { IOperation } from '../../src/engine/operations/model';
import { statusText } from '../../src/ui/text/statusText';
import { english } from './english';
import { NOTHING } from './noTransfers';
import { transfer } from './transfer';

const operation = (
  state: IOperation['state'],
  done = 0,
  total: number | null = null
) => ({ state, progress: { done, total, unit: 'bytes' } });

const status = (
  operations: ReturnType<typeof operation>[],
  totals: Partial<ITotals> = {},
  transfers: ReturnType<typeof transfer>[] = []
) =>
  statusText(
    { transfers, totals: { ...NOTHING, ...totals } },
    operations,
    english
  );

it('says what is under way, uploads and operations', () => {
  expect(status([])).toBeNull();
  expect(status([operation('done')])).toBeNull();
  expect(status([operation('running', 45, 100)])).toBe('1 operation · 45%');
  expect(status([operation('queued')])).toBe('1 operation');
  expect(status([operation('running', 1, 2), operation('queued')])).toBe(
    '2 operations'
  );
  expect(
    status(
      [operation('running', 1, 2)],
      { active: 1, files: 1, size: 100, sent: 25, rate: 2048 },
      [transfer('uploading')]
    )
  ).toBe('1 upload · 25% · 2.0 KB/s · 1 operation');
});

it('says that something failed, once nothing is under way', () => {
  expect(status([operation('failed'), operation('done')])).toBe(
    '1 operation failed'
  );
  expect(status([operation('failed')], { failed: 2 })).toBe('2 uploads failed');
  expect(status([operation('failed'), operation('running')])).toBe(
    '1 operation'
  );
});
