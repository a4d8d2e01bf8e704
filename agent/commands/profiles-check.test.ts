import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { profilesCheck } from './profiles-check.ts'

const folder = fileURLToPath(new URL('../../test/fixtures/foreign-profiles/', import.meta.url))
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-profiles-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function checked(where: string, options: Parameters<typeof profilesCheck>[1] = {}) {
  const lines: string[] = []
  const progress: string[] = []
  const code = await profilesCheck(
    where,
    { lang: 'en', ...options },
    { out: (line) => lines.push(line), progress: (line) => progress.push(line) },
  )
  return { code, text: lines.join('\n'), progress }
}

// Each run reads all profiles of the program.
describe('profiles check', { timeout: 60_000 }, () => {
  it('says what became of each file, with the line, and fails for a refused one', async () => {
    const { code, text, progress } = await checked(folder)
    expect(code).toBe(1)
    expect(text).toContain('REFUSED  folder/broken.yml')
    expect(text).toContain('folder/partly.yml:6 warning: unknown key metrics.0.symbol.colour')
    expect(text).toContain('folder/circle-a.yml:2 not used: extends itself: circle-b > circle-a > circle-b')
    expect(text).toContain('8 files: 4 loaded, 3 partly, 1 refused.')
    expect(text).not.toContain('note:')
    expect(progress).toContain(`50 of ${progress[0]?.split(' ')[2]} files read`)
    expect((await checked(folder, { verbose: true })).text).toContain('note: traps are read by trap definitions')
  })

  it('speaks Chinese, and JSON', async () => {
    expect((await checked(folder, { lang: 'zh' })).text).toContain('共 8 个文件：已加载 4，部分 3，拒绝 1。')
    const document = JSON.parse((await checked(folder, { json: true })).text)
    expect(document).toMatchObject({ ok: false, files: 8, loaded: 4, partly: 3, refused: 1 })
    const broken = document.results.find((one: { file: string }) => one.file === 'folder/broken.yml')
    expect(broken).toMatchObject({ state: 'refused', problems: [{ severity: 'error', line: 3 }, { line: 3 }] })
  })

  it('names what replaces a profile of the program, and what holds nothing', async () => {
    writeFileSync(join(dir, 'ups.yaml'), 'metrics: [{ MIB: A, symbol: { OID: 1.3.6.1.4.1.9.1.0, name: a } }]')
    expect(await checked(dir)).toMatchObject({ code: 0, text: expect.stringContaining('replaces the profile of this') })
    writeFileSync(join(dir, 'shopping.yml'), 'apples: 3\n')
    const { code, text } = await checked(dir)
    expect([code, text]).toEqual([1, expect.stringContaining('shopping.yml:1 not used: holds nothing for the poller')])
  })

  it('tells an empty folder from none', async () => {
    expect(await checked(dir)).toMatchObject({ code: 2, text: expect.stringContaining('no .yaml or .yml file') })
    expect(await checked(join(dir, 'nowhere'))).toMatchObject({
      code: 2,
      progress: [expect.stringContaining('no folder')],
    })
  })
})
