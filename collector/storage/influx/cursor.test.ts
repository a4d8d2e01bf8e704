import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../sqlite/database.ts'
import { appendSample, emptyChunk, MAX_SAMPLE_BYTES } from '../sqlite/sample-codec.ts'
import { placeOf } from '../sqlite/sample-journal.ts'
import { openInfluxCursor } from './cursor.ts'

const CHUNK = { series: 1, from: 0, to: 0, start: 0, at: 0, value: 1, page: 0, length: 1 }

function oneSample(): Uint8Array {
  const bytes = new Uint8Array(MAX_SAMPLE_BYTES)
  const state = emptyChunk()
  appendSample(bytes, 0, state, 0, 1)
  return bytes.subarray(0, state.length)
}

it('counts what waits rightly after a flush that a full disk undid', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-cursor-'))
  const db = await openDatabase(join(dir, 'collector.db'))
  onTestFinished(() => {
    db.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const cursor = openInfluxCursor(db, { history: false, holdMs: 0 })
  const [first, second, third] = [5, 6, 7].map((row) => placeOf(row, 0)) as [number, number, number]
  for (const through of [first, second, third]) cursor.chunkWritten({ ...CHUNK, through }, oneSample())
  expect(cursor.waiting().points).toBe(3)

  db.connection.exec(
    `create trigger full before delete on influx_chunk when old.through = ${second}
     begin select raise(abort, 'disk full'); end`,
  )
  cursor.settleChunks([first, second])
  expect(() => cursor.flush()).toThrow('disk full')
  expect(cursor.waiting().points).toBe(3)
  db.connection.exec('drop trigger full')
  cursor.flush()
  expect(cursor.waiting().points).toBe(1)
})
