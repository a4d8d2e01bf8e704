import { expect, it } from 'vitest'
import { type Chunk, createIntake, type Waiter } from './intake.ts'
import { createSeriesBook } from './series-book.ts'

const MEMORY = 4_000_000

function intakeWithDrops(memoryBytes = MEMORY) {
  const dropped: Record<string, number> = {}
  const onDropped = (reason: string, lane: string, n: number) => {
    dropped[`${reason}:${lane}`] = (dropped[`${reason}:${lane}`] ?? 0) + n
  }
  return { intake: createIntake(createSeriesBook(), memoryBytes, onDropped), dropped }
}

function waiter() {
  const ends: string[] = []
  const it: Waiter = { resolve: () => void ends.push('stored'), reject: (error) => void ends.push(error.message) }
  return { ends, it }
}

it('discards the oldest of the lowest class without leaving anything older behind', () => {
  const { intake, dropped } = intakeWithDrops(1_000_000)
  for (let i = 0; i < 100_000; i++) intake.sample(1, i, i)
  const kept: Chunk[] = []
  for (let some = intake.take(true); some.length > 0; some = intake.take(true)) kept.push(...some)
  const discarded = dropped['memory:telemetry'] as number
  expect(kept.filter(({ kind }) => kind === 'gap')).toMatchObject([{ count: discarded }])
  expect(kept[0]?.kind).toBe('gap')
  expect(kept.flatMap(({ times }) => times)).toEqual(
    Array.from({ length: 100_000 - discarded }, (_, i) => discarded + i),
  )
})

it('touches a higher class only when nothing of a lower one is left', () => {
  const { intake, dropped } = intakeWithDrops(1_000_000)
  for (let i = 0; i < 20_000; i++) intake.sample(1, i, i)
  for (let i = 0; i < 14; i++) intake.line('event', 'x'.repeat(60_000))
  expect(dropped['memory:event']).toBeUndefined()
  for (let i = 0; i < 6; i++) intake.line('event', 'x'.repeat(60_000))
  expect(dropped['memory:telemetry']).toBe(20_000)
  expect(dropped['memory:event']).toBeGreaterThan(0)
})

it('keeps a promise over failed commits until its record is stored or discarded', () => {
  const { intake } = intakeWithDrops()
  const kept = waiter()
  intake.line('event', 'one', kept.it)
  for (let i = 0; i < 3; i++) intake.putBack(intake.take(true))
  expect(kept.ends).toEqual([])
  const chunks = intake.take(true)
  expect(chunks.map(({ lines }) => lines)).toEqual([['one']])
  intake.done(chunks)
  expect(kept.ends).toEqual(['stored'])
  expect(intake.bytes).toBe(0)

  const lost = waiter()
  intake.line('event', 'two', lost.it)
  for (let i = 0; i < 100; i++) intake.line('event', 'x'.repeat(60_000))
  expect(lost.ends).toEqual([expect.stringContaining('memory is full')])

  const last = waiter()
  intake.line('event', 'three', last.it)
  intake.giveUp(new Error('stopped'))
  expect(last.ends).toEqual(['stopped'])
})
