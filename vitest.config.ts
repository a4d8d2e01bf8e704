import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { MixedOrder } from './test/support/mixed-order.ts'

const project = (name: string, include: string[], timeoutMs: number, globalSetup: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    globalSetup,
  },
})

// Every test file and every program that one starts is a process of its own: what one compiled the others read.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/outrider-code')

export default defineConfig({
  test: {
    pool: 'forks',
    // Most suites wait for programs more than they compute: four at once on two cores.
    maxWorkers: 4,
    sequence: { sequencer: MixedOrder },
    setupFiles: ['test/support/seed.ts'],
    projects: [
      project(
        'unit',
        ['{agent,collector,packaging,shared,web}/**/*.test.{ts,tsx}', 'test/*.test.ts', 'test/support/**/*.test.ts'],
        60_000,
      ),
      project('contract', ['test/contracts/**/*.test.ts'], 60_000),
      project('integration', ['test/integration/**/*.test.ts'], 90_000),
      project('system', ['test/{system,faults,proofs}/**/*.test.ts'], 180_000, ['test/support/built-folder.ts']),
      // six minutes of a browser at a real collector: npm run test:live
      project('live', ['test/live/**/*.test.ts'], 180_000, ['test/support/built-folder.ts']),
    ],
  },
})
