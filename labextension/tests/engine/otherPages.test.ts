import { beforeEach, describe, expect, it } from 'vitest';
import { ClaimsModel } from './claimsModel';
import { MemoryResumeStore } from './memoryResumeStore';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let first: Page;
let second: Page;

beforeEach(() => {
  ({ server } = openPage());
  const browser = new Set<ClaimsModel>();
  const open = () =>
    new Page(
      server,
      undefined,
      new MemoryResumeStore(),
      new ClaimsModel(browser)
    );
  first = open();
  second = open();
});

describe('what another page is at work on', () => {
  const file = new MemorySource('a', 50_000);

  it('is not shown as unfinished', async () => {
    first.transfers.add([file], '');
    await first.pass(100);
    await Promise.all([second.transfers.restore(), second.pass(50)]);
    expect(second.states).toEqual([]);
    first.transfers.pause(first.row('a').key);
    await first.pass(50);
    await Promise.all([second.transfers.restore(), second.pass(50)]);
    expect(second.states).toEqual([]);
    first.transfers.resumeAll();
    await first.idle();
    expect(server.holds('a', file.content)).toBe(true);
  });

  it('is shown once that page is gone', async () => {
    first.transfers.add([file], '');
    await first.pass(100);
    first.close();
    await Promise.all([second.transfers.restore(), second.pass(50)]);
    expect(second.states).toEqual(['unfinished']);
    second.transfers.resume(second.row('a').key, file);
    await second.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });
});
