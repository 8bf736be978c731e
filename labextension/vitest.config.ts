import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    // A test that waits for a real clock would hide a missing fake one.
    testTimeout: 10_000
  }
});
