import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImportResult } from '#shared/http/site-config.ts'
import { importInParts, PART_ROWS, partsOf } from './import-run.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]
const NEVER = new AbortController().signal
const item = (row: number, id: unknown, outcome: 'added' | 'refused', message?: string) => ({
  ...{ row, id: String(id), outcome, problems: message === undefined ? [] : [{ path: 'parents', message }] },
})

describe('an import of many rows', () => {
  it('comes in parts, each row once, parents before what is behind them', () => {
    const rows = fc.array(fc.array(fc.nat(39), { maxLength: 3 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (graph, most) => {
        const devices = graph.map((parents, i) => ({
          id: `d${i}`,
          parents: parents.filter((p) => p < i).map((p) => `d${p}`),
        }))
        const parts = partsOf(devices.toReversed(), most)
        const order = parts.flat().map((place) => devices.toReversed()[place] as (typeof devices)[number])
        expect(order.map((one) => one.id).sort()).toEqual(devices.map((one) => one.id).sort())
        expect(parts.every((part) => part.length <= most)).toBe(true)
        for (const [i, { parents }] of order.entries())
          for (const parent of parents) expect(order.findIndex((one) => one.id === parent)).toBeLessThan(i)
      }),
    )
    const circle = [
      { id: 'a', parents: ['b'] },
      { id: 'b', parents: ['a'] },
    ]
    expect(partsOf(circle).flat().sort()).toEqual([0, 1])
  })

  it('tells how far it is and gives each answer the place of its row', async () => {
    const devices = Array.from({ length: 2 * PART_ROWS + 1 }, (_, i) => ({ id: `d${i}` }))
    const told: number[] = []
    const ask = async (part: Rows): Promise<ImportResult> => ({
      items: part.map(({ id }, row) =>
        item(row, id, row === 0 ? 'refused' : 'added', row === 0 ? 'unknown key' : undefined),
      ),
    })
    const options = { dryRun: false, signal: NEVER, onProgress: (done: number) => void told.push(done) }
    const run = await importInParts(devices, ask, options)
    expect(told).toEqual([PART_ROWS, 2 * PART_ROWS, 2 * PART_ROWS + 1])
    expect(run.left).toBe(0)
    expect(run.items.map(({ row, id }) => [row, id])).toEqual(devices.map(({ id }, i) => [i, id]))
    expect(run.items.filter((one) => one.outcome === 'refused').map((one) => one.row)).toEqual([
      0,
      PART_ROWS,
      2 * PART_ROWS,
    ])
  })

  it('does not refuse for a parent that another part brings, where it only looks', async () => {
    const devices = [{ id: 'a', parents: ['b'] }, { id: 'c', parents: ['nobody'] }, { id: 'b' }]
    const ask = async (part: Rows): Promise<ImportResult> => ({
      items: part.map(({ id, parents }, row) =>
        parents ? item(row, id, 'refused', `no other device "${(parents as string[])[0]}"`) : item(row, id, 'added'),
      ),
    })
    const outcomes = async (dryRun: boolean) =>
      (await importInParts(devices, ask, { dryRun, signal: NEVER, onProgress: () => undefined })).items.map(
        (i) => i.outcome,
      )
    expect(await outcomes(true)).toEqual(['added', 'refused', 'added'])
    expect(await outcomes(false)).toEqual(['refused', 'refused', 'added'])
  })

  it('ends where it is stopped or fails, and says what is left', async () => {
    const devices = Array.from({ length: 3 * PART_ROWS }, (_, i) => ({ id: `d${i}` }))
    const stop = new AbortController()
    const ask = async (part: Rows) => ({ items: part.map(({ id }, row) => item(row, id, 'added')) })
    const stopped = await importInParts(devices, ask, {
      dryRun: false,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    expect([stopped.items.length, stopped.left]).toEqual([PART_ROWS, 2 * PART_ROWS])
    let asked = 0
    const failing = async (part: Rows) => (asked++ === 0 ? await ask(part) : Promise.reject(new Error('away')))
    const options = { dryRun: false, signal: NEVER, onProgress: () => undefined }
    expect((await importInParts(devices, failing, options)).left).toBe(2 * PART_ROWS)
    await expect(importInParts(devices, failing, options)).rejects.toThrow('away')
  })
})
