import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe } from 'vitest'
import { createOutbox, type Outbox } from '#agent/outbox/outbox.ts'
import { systemClock } from '#shared/time/clock.ts'
import { createMemoryOutbox } from '#test/support/memory-outbox.ts'
import { outboxContract } from './outbox.contract.ts'

describe('outbox on disk', () => {
  const undo: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const step of undo.splice(0)) await step()
  })
  outboxContract(async (): Promise<Outbox> => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-outbox-'))
    const outbox = createOutbox({
      dir,
      limits: { sampleWaitMs: 20, reserveBytes: 0 },
      clock: systemClock(),
      log: pino({ level: 'silent' }),
      onFatal: (error) => {
        throw error
      },
    })
    undo.push(async () => {
      await outbox.stop()
      rmSync(dir, { recursive: true })
    })
    await outbox.start()
    return outbox
  })
})

describe('outbox in memory', () => outboxContract(async () => createMemoryOutbox()))
