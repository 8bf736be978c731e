import { describe, expect, it } from 'vitest';
import { factsIn, listsIn } from '../../src/ui/text/resultText';
import { english } from './english';

const facts = (result: Record<string, unknown>) => factsIn(result, english);

describe('a result', () => {
  it('says in words what its figures count', () => {
    expect(
      facts({ made: {}, bytes: 2048, folders: 1, files: 1200, links: 0 })
    ).toBe('1,200 files · 1 folder · 2.0 KB');
    expect(facts({ count: 1, format: 'zip' })).toBe('zip · 1 entry');
    expect(facts({ copied: 3, identical: 1, skipped: 2 })).toBe(
      '3 files copied · 1 file was there already · 2 files left out'
    );
    expect(
      facts({ url: 'https://a/b', checksum: 'md5:0', verified: true })
    ).toBe('checksum verified');
  });

  it('shows what else it finds', () => {
    expect(
      facts({ total_size: 2048, kept_as: 'a (1)', made: {}, no: null })
    ).toBe('total size: 2.0 KB · kept as: a (1)');
    expect(facts({})).toBe('');
    expect(factsIn(null, english)).toBe('');
  });

  it('lists what is in an archive, and says how much it does not list', () => {
    const entries = [
      { path: 'a/', kind: 'folder', size: null },
      { path: 'a/b.csv', kind: 'file', size: 2048 },
      { path: 'a/l', kind: 'link', size: null }
    ];
    expect(listsIn({ entries, count: 1003 }, english)).toEqual([
      {
        title: 'What is in it',
        lines: [
          { path: 'a/', note: '' },
          { path: 'a/b.csv', note: '2.0 KB' },
          { path: 'a/l', note: '' }
        ],
        more: 1000
      }
    ]);
  });

  it('lists what was left out, with the reason, and notes', () => {
    const result = {
      skipped: 1,
      skipped_files: [{ path: '.x', reason: 'hidden', message: 'Hidden.' }],
      notes: ['2 links were kept.']
    };
    expect(listsIn(result, english)).toEqual([
      {
        title: 'What was left out',
        lines: [{ path: '.x', note: 'Hidden.' }],
        more: 0
      },
      {
        title: 'Notes',
        lines: [{ path: '2 links were kept.', note: '' }],
        more: 0
      }
    ]);
    expect(listsIn({ entries: [], notes: [] }, english)).toEqual([]);
    expect(listsIn({ entries: 'x', notes: 3 }, english)).toEqual([]);
  });
});
