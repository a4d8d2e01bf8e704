import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { openStores } from '../storage.ts'
import { createOwners } from './owners.ts'

it('knows the latest owner of a site also when the clock went back before it was told, and after a restart', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-owners-'))
  const stores = await openStores({ dir, log: pino({ level: 'silent' }) })
  onTestFinished(async () => {
    await stores.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const owners = createOwners(stores.database)
  owners.refresh([{ id: 's', customer: 'a' }], 1000)
  owners.refresh([{ id: 's', customer: 'b' }], 2000)
  owners.refresh([{ id: 's', customer: 'c' }], 1500)
  const ends = [500, 1999, 3000].map((at) => owners.at('s', at).customer)
  expect(ends).toEqual(['a', 'a', 'c'])
  const again = createOwners(stores.database)
  expect([500, 1999, 3000].map((at) => again.at('s', at).customer)).toEqual(ends)
  expect(again.refresh([{ id: 's', customer: 'c' }], 1600)).toBe(false)
})
