import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    // None waits for a real clock, but the machine may have much else to do.
    testTimeout: 60_000
  }
});
