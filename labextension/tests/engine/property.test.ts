import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { Page } from './page';
import { keyOf, networkError, ServerModel } from './serverModel';
import type { IFault } from './serverModel';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const fault: fc.Arbitrary<IFault | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 4,
    arbitrary: fc.record({
      when: fc.constantFrom('before' as const, 'after' as const),
      error: fc.constantFrom(
        networkError(),
        new TransportError('', 0, 'timeout'),
        new TransportError('', 0, 'stalled'),
        new TransportError('', 503, 'http')
      )
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      when: fc.constant('before' as const),
      error: fc.constantFrom(
        new TransportError('', 403, 'unauthorized', false),
        new TransportError('', 503, 'checking', true),
        new TransportError('', 423, 'locked', true),
        new TransportError('', 409, 'range_overlap', true),
        new TransportError('', 500, 'storage_failed', true)
      )
    })
  }
);

/** What the world and the person do, one after the other. */
const event = fc.record({
  after: fc.integer({ min: 0, max: 400 }),
  what: fc.constantFrom(
    'pause all',
    'resume all',
    'server goes down',
    'server comes back',
    'machine restarts',
    'reload the page',
    'store closes',
    'store opens',
    'nothing'
  )
});

it('brings every byte, none of them twice, whatever happens on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        sizes: fc.array(fc.integer({ min: 0, max: 12_000 }), {
          minLength: 1,
          maxLength: 5
        }),
        chunkSize: fc.integer({ min: 300, max: 5_000 }),
        destination: fc.constantFrom('home', 'lab'),
        partSize: fc.option(fc.integer({ min: 300, max: 4_000 })),
        direct: fc.boolean(),
        parallel: fc.integer({ min: 1, max: 4 }),
        faults: fc.array(fault, { maxLength: 80 }),
        damages: fc.array(fc.boolean(), { maxLength: 20 }),
        jitter: fc.double({ min: 0, max: 0.999, noNaN: true }),
        events: fc.array(event, { maxLength: 8 })
      }),
      async ({
        sizes,
        chunkSize,
        destination,
        partSize,
        direct,
        parallel,
        faults,
        damages,
        jitter,
        events
      }) => {
        const server = new ServerModel();
        Object.assign(server, { chunkSize, parallel, bandwidth: 10 });
        Object.assign(server, { partSize, direct });
        let calls = 0;
        server.fault = () => faults[calls++] ?? undefined;
        server.damage = ({ nth }) => damages[nth] ?? false;
        const files = sizes.map(
          (size, index) => new MemorySource(`file-${index}`, size)
        );
        let page = new Page(server, () => jitter);
        page.transfers.add(files, '', destination);
        for (const { after, what } of events) {
          await page.pass(after, 10);
          switch (what) {
            case 'pause all':
              page.transfers.pauseAll();
              break;
            case 'resume all':
              page.transfers.resumeAll();
              break;
            case 'server goes down':
              server.down = true;
              break;
            case 'server comes back':
              server.down = false;
              break;
            case 'machine restarts':
              server.restartMachine(500);
              break;
            case 'reload the page':
              page.close();
              await vi.advanceTimersByTimeAsync(20);
              page = new Page(server, () => jitter);
              page.transfers.add(
                files.filter(
                  ({ name }) => !server.files.has(keyOf(destination, name))
                ),
                '',
                destination
              );
              break;
            case 'store closes':
              server.open = false;
              break;
            case 'store opens':
              server.open = true;
              break;
            case 'nothing':
              break;
          }
        }
        server.down = false;
        page.transfers.resumeAll();
        await page.idle({ step: 20 });
        // A reload may have come between the completion and its answer; then there is nothing to do.
        expect(page.states.every(state => state === 'done')).toBe(true);
        expect([...server.files.keys()].sort()).toEqual(
          files.map(({ name }) => keyOf(destination, name)).sort()
        );
        for (const file of files) {
          expect(
            server.holds(keyOf(destination, file.name), file.content)
          ).toBe(true);
        }
        expect(server.resent).toEqual([]);
        expect(server.partials.size).toBe(0);
        page.close();
      }
    ),
    { numRuns: 200, seed: 20261121 }
  );
}, 600_000);
