import { expect, it } from 'vitest';
import { explainFailure } from '../../src/ui/text/operationErrors';
import { english } from './english';
import TABLES from '../api/serverTables.json';

const explained = (reason: string) =>
  explainFailure(english.trans, { reason, message: 'What it is.' });

/** What no operation fails with, is the fault of a program, or says itself what to do. */
const IN_THE_SERVERS_WORDS = new Set([
  'branch_moved',
  'checking',
  'composite_mismatch',
  'copied_in_part',
  'digest_mismatch',
  'digest_missing',
  'incomplete',
  'inconsistent_size',
  'length_mismatch',
  'locked',
  'malformed',
  'not_over',
  'not_receiving',
  'offset_mismatch',
  'range_not_satisfiable',
  'range_overlap',
  'rows_refused',
  'unauthorized',
  'uncommitted',
  'unsupported',
  'wrong_media_type',
  'wrong_version'
]);

it.each([
  ...new Set(TABLES.errors.map(({ reason }) => reason)),
  'no_progress',
  'out_of_memory'
])('%s says what to do next, where a person can do anything', reason => {
  if (IN_THE_SERVERS_WORDS.has(reason)) {
    expect(explained(reason)).toBe('What it is.');
  } else {
    expect(explained(reason)).toMatch(/^What it is\. [A-Z].{20,}\.$/s);
  }
});

it.each(['worker_died', 'toString', 'failed'])(
  '%s is told in the words of the server',
  reason => expect(explained(reason)).toBe('What it is.')
);
