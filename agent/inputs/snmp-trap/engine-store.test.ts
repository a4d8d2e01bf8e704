import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { EngineState } from '../../protocols/snmp/v3-receiver.ts'
import { openEngine } from './engine-store.ts'

const clock = { wall: () => 1, mono: () => 1 }
const user = { name: 'u', level: 'noAuthNoPriv' } as const

it('counts each start, writes only what changed, and logs a failing disk once', async () => {
  const saves: EngineState[] = []
  const logged: string[] = []
  let full = false
  const store = {
    load: async () => saves.at(-1),
    save: async (state: EngineState) => {
      if (full) throw new Error('disk full')
      saves.push(state)
    },
  }
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) })
  const first = await openEngine([user], store, log, clock)
  await first.save()
  await first.save()
  expect(saves.map(({ boots }) => boots)).toEqual([1])
  full = true
  const second = await openEngine([user], store, log, clock)
  await second.save()
  expect(logged).toHaveLength(1)
  full = false
  await second.save()
  expect(saves.map(({ boots }) => boots)).toEqual([1, 2])
  expect(saves[1]?.engineId).toBe(saves[0]?.engineId)
})
