import { afterEach, expect, it, vi } from 'vitest';
import { LocalChoiceStore } from '../../src/api/destinations/choiceStore';

const CHOICE = { destination: 'lab', prefix: 'run 7' };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser's local storage. */
function stub(): Map<string, string> {
  const items = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value)
  });
  return items;
}

it('keeps what was chosen, for each server', () => {
  stub();
  new LocalChoiceStore('/user/a/').save(CHOICE);
  expect(new LocalChoiceStore('/user/a/').load()).toEqual(CHOICE);
  expect(new LocalChoiceStore('/user/b/').load()).toBeNull();
});

it.each(['', 'no JSON', 'null', '7', '{"destination": 1, "prefix": ""}', '{}'])(
  'takes nothing else for a choice: %s',
  text => {
    const items = stub();
    new LocalChoiceStore('/').save(CHOICE);
    for (const key of items.keys()) {
      items.set(key, text);
    }
    expect(new LocalChoiceStore('/').load()).toBeNull();
  }
);

it('does without where the browser forbids it', () => {
  const forbid = (): never => {
    throw new DOMException('Forbidden', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: forbid, setItem: forbid });
  const store = new LocalChoiceStore('/');
  expect(() => store.save(CHOICE)).not.toThrow();
  expect(store.load()).toBeNull();
});
