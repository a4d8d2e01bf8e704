// The short form of the proof: files written for it, each kind of end among them.
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compareReadings, type Reading } from './profiles/readings.ts'
import { proveFiles } from './profiles.ts'

const folder = fileURLToPath(new URL('../fixtures/foreign-profiles/', import.meta.url))

it('says of each file what became of it', async () => {
  expect(await proveFiles(folder, { progress: () => undefined })).toMatchObject({
    ...{ files: 8, loaded: 4, partly: 3, refused: 1, usable: 7, explained: true, ok: true },
    warnings: 2,
  })
})

it('is not good when theirs read more of a device', () => {
  const reading = (profile: string, useful: string[]): Reading => ({
    ...{ profile, outcome: 'ok', series: useful.length, metrics: new Set(useful), useful: new Set(useful) },
    ...{ oids: new Map(useful.map((name, n) => [`1.3.${n}`, name])), facts: new Set() },
  })
  const row = (ours: string[], theirs: string[]) => ({
    ...{ device: 'a', ours: reading('ours', ours), theirs: reading('theirs', theirs) },
  })
  const quiet = { progress: () => undefined, print: () => undefined }
  expect(compareReadings([row(['x', 'y'], ['x'])], quiet)).toMatchObject({ ok: true, behind: [] })
  expect(compareReadings([row(['x'], ['x', 'y'])], quiet)).toMatchObject({ ok: false, behind: ['a'] })
})
