import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenLog, openLog } from './open-log.ts'

let folder = ''
let path = ''
let file: OpenLog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-log-'))
  path = join(folder, 'messages')
  await writeFile(path, 'a\n')
  file = (await openLog(path)) as OpenLog
})
afterEach(async () => {
  await file.close()
  await rm(folder, { recursive: true })
})

const textOf = async () => {
  const chunk = await file.read(1024)
  return chunk === 'rewritten' ? chunk : chunk.toString()
}
async function use() {
  const chunk = await file.read(1024)
  if (chunk !== 'rewritten') file.advance(chunk)
}

describe('an open log', () => {
  it('gives what was appended', async () => {
    await use()
    expect(await textOf()).toBe('')
    await appendFile(path, 'b\n')
    expect(await textOf()).toBe('b\n')
  })

  it('never gives the middle of a rewritten file, whenever it was rewritten', async () => {
    await use()
    expect(await textOf()).toBe('')
    await writeFile(path, 'completely new\nand longer\n')
    expect(await textOf()).toBe('rewritten')
    file.restart()
    expect(await textOf()).toBe('completely new\nand longer\n')
  })

  it('is rewritten when it became shorter', async () => {
    await use()
    await writeFile(path, '')
    expect(await textOf()).toBe('rewritten')
  })

  it('knows what it begins with by what was read, not by what stands there later', async () => {
    await use()
    await writeFile(path, 'b\nc\n')
    const place = await file.place()
    await writeFile(path, 'a\n')
    expect(await file.isAt(place)).toBe(true)
  })

  it('goes on after a place', async () => {
    await use()
    const place = await file.place()
    await appendFile(path, 'b\n')
    const again = (await openLog(path)) as OpenLog
    await again.seek(place)
    const rest = await again.read(10)
    await again.close()
    expect(rest.toString()).toBe('b\n')
  })
})
