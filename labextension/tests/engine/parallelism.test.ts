import { describe, expect, it } from 'vitest';
import { LinkModel } from './linkModel';

const WINDOW = 65_536;
const MINUTE = 60_000;

describe('over HTTP/2', () => {
  const protocol = 'h2';

  it('begins with three, and takes as many as fill the link where each is held to a window', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    expect(link.parallelism.limit).toBe(3);
    link.pass(2_500);
    expect(link.parallelism.limit).toBe(32);
    const rate = link.pass(MINUTE);
    expect(rate).toBeGreaterThan(0.85 * 32 * (WINDOW / 50));
    expect(link.mostInFlight).toBe(32);
    expect(link.parallelism.isHeldByWindow).toBe(true);
    expect(link.learnt).toEqual([12, 32]);
  });

  it.each([150, 400])('does so with a round trip of %i ms', roundTrip => {
    const link = new LinkModel({ protocol, roundTrip, window: WINDOW });
    link.pass(20_000);
    expect(link.parallelism.isHeldByWindow).toBe(true);
    expect(link.pass(MINUTE)).toBeGreaterThan(0.7 * 32 * (WINDOW / roundTrip));
  });

  it('takes no more than fill the link', () => {
    // Eight fill it.
    const link = new LinkModel({
      protocol,
      roundTrip: 50,
      window: WINDOW,
      rate: (8 * WINDOW) / 50
    });
    link.pass(MINUTE);
    expect(link.learnt.at(-1)).toBeGreaterThan(5);
    expect(link.learnt.at(-1)).toBeLessThan(13);
    expect(link.pass(5 * MINUTE)).toBeGreaterThan(0.85 * link.link.rate!);
  });

  it.each([
    ['the connection', { roundTrip: 50, sharedWindow: 2 ** 20 }],
    ['the link', { roundTrip: 50, rate: 10_000 }],
    ['the processor', { roundTrip: 1, rate: 100_000, chunk: 64_000_000 }],
    ['a slow link', { roundTrip: 50, rate: 100, chunk: 500_000 }]
  ])('stays with three where %s is what limits', (_, limits) => {
    const link = new LinkModel({ protocol, ...limits });
    link.pass(10 * MINUTE);
    expect(link.learnt).toEqual([3]);
    expect(link.parallelism.isHeldByWindow).toBe(false);
  });

  it('never has many in flight over a slow link, where each would take for ever', () => {
    const link = new LinkModel({
      protocol,
      roundTrip: 50,
      rate: 100,
      chunk: 500_000
    });
    link.pass(10 * MINUTE);
    expect(link.mostInFlight).toBe(3);
  });

  it('is not misled by the small chunks of the beginning', () => {
    const way = { protocol, roundTrip: 50, sharedWindow: 2 ** 22 };
    const link = new LinkModel({ ...way, chunk: 500_000 });
    link.pass(420);
    link.link = { ...way, chunk: 32_000_000 };
    link.pass(MINUTE);
    expect(link.learnt).toEqual([3]);
  });

  it.each([0.2, 0.5])('is not misled by noise of %d', noise => {
    const held = new LinkModel({
      protocol,
      roundTrip: 50,
      window: WINDOW,
      noise
    });
    held.pass(MINUTE);
    let rate = held.pass(10 * MINUTE);
    expect(rate).toBeGreaterThan(0.8 * (1 - noise / 2) * 32 * (WINDOW / 50));

    const shared = new LinkModel({
      protocol,
      roundTrip: 50,
      rate: 10_000,
      noise
    });
    shared.pass(MINUTE);
    rate = shared.pass(10 * MINUTE);
    expect(rate).toBeGreaterThan(0.8 * (1 - noise / 2) * 10_000);
    expect(shared.parallelism.isHeldByWindow).toBe(false);
  });

  it('notices that the link has become another one', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    link.pass(MINUTE);
    link.link = { protocol, roundTrip: 50, rate: 10_000 };
    link.pass(15 * MINUTE);
    expect(link.learnt.at(-1)).toBe(3);
    link.link = { protocol, roundTrip: 50, window: WINDOW };
    link.pass(15 * MINUTE);
    expect(link.learnt.at(-1)).toBe(32);
  });

  it('begins with what an earlier visit learnt, and looks whether it still holds', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, rate: 10_000 });
    link.parallelism.expect(32);
    link.pass(1_000);
    expect(link.mostInFlight).toBe(32);
    expect(link.learnt).toEqual([]);
    link.pass(MINUTE);
    expect(link.learnt.at(-1)).toBe(3);
  });

  it('does not take what it learns itself for less than what was remembered', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    link.pass(2_500);
    link.parallelism.expect(8);
    expect(link.parallelism.limit).toBe(32);
  });

  it('takes fewer when many at once are too many for a proxy, and tries again later', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    link.pass(2_500);
    link.break();
    expect(link.parallelism.limit).toBe(16);
    link.pass(MINUTE);
    expect(link.parallelism.limit).toBe(32);
    expect(link.learnt.at(-1)).toBe(32);
  });

  it('counts a fault while more are tried against those only', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    link.pass(900);
    expect(link.parallelism.limit).toBe(12);
    link.break();
    expect(link.parallelism.limit).toBe(3);
    link.pass(MINUTE);
    expect(link.parallelism.limit).toBe(32);
  });

  it('says nothing of a link on which there is too little to send', () => {
    const link = new LinkModel({ protocol, roundTrip: 50, window: WINDOW });
    link.pass(MINUTE, 2);
    expect(link.learnt).toEqual([]);
    link.pass(MINUTE, 3);
    expect(link.learnt).toEqual([]);
    expect(link.mostInFlight).toBe(3);
    link.pass(30_000);
    expect(link.learnt.at(-1)).toBe(32);
  });

  it('cuts what is left into chunks that end together, where many are in flight', () => {
    const { parallelism } = new LinkModel({ protocol, roundTrip: 50 });
    expect(parallelism.share(1)).toBe(Infinity);
    parallelism.expect(32);
    parallelism.begin(1).end({ arrived: true });
    expect(parallelism.share(64_000_000)).toBe(2_000_000);
    expect(parallelism.share(1)).toBe(256 * 1024);
  });
});

describe('over HTTP/1.1', () => {
  it.each(['http/1.1', null])(
    'leaves JupyterLab a connection (%s)',
    protocol => {
      const link = new LinkModel({ protocol, roundTrip: 100, window: WINDOW });
      link.parallelism.expect(32);
      link.pass(10 * MINUTE);
      expect(link.mostInFlight).toBe(5);
      expect(link.parallelism.isHeldByWindow).toBe(false);
    }
  );

  it('takes five where each connection is limited for itself', () => {
    const link = new LinkModel({
      protocol: 'http/1.1',
      roundTrip: 100,
      window: WINDOW,
      noise: 0.5
    });
    link.pass(MINUTE);
    expect(link.learnt.at(-1)).toBe(5);
  });

  it('stays with three where the link is what limits', () => {
    const link = new LinkModel({
      protocol: 'http/1.1',
      roundTrip: 20,
      rate: 10_000
    });
    link.pass(10 * MINUTE);
    expect(link.learnt).toEqual([3]);
  });
});
