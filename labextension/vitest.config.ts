import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    // A thread has one copy of what it tests for all its files: loading it for each takes longer than the
    // tests. So a file puts back what it changes of the globals, and the clock.
    pool: 'threads',
    isolate: false,
    // None waits for a real clock, but the machine may have much else to do.
    testTimeout: 60_000
  }
});
