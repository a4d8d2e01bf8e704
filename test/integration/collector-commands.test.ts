// The collector's command line as real processes: start without settings, backup while running, restore, audit, refusals.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '..', '..')
let dir: string
let stopped: (() => Promise<void>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-commands-'))
  writeFileSync(join(dir, 'collector.yaml'), 'http: {host: 127.0.0.1, port: 0}\nbroker: {embedded: {port: 0}}\n')
})
afterEach(async () => {
  for (const stop of stopped) await stop()
  stopped = []
  rmSync(dir, { recursive: true, force: true })
})

const args = (command: string[]) => [
  join(root, 'collector/main.ts'),
  ...command,
  ...['--config', join(dir, 'collector.yaml'), '--data', join(dir, 'data')],
]

function launch(command: string[], env: Record<string, string> = {}, input = '') {
  const child = spawn(process.execPath, args(command), { cwd: dir, env: { PATH: process.env.PATH ?? '', ...env } })
  const said = { text: '' }
  child.stdout.on('data', (part) => {
    said.text += part
  })
  child.stderr.on('data', (part) => {
    said.text += part
  })
  child.stdin.end(input)
  const gone = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await gone
  }
  stopped.push(stop)
  return { child, said, gone, stop }
}

async function run(command: string[], env?: Record<string, string>, input?: string) {
  const p = launch(command, env, input)
  return { code: await p.gone, text: p.said.text }
}

async function start(env: Record<string, string> = {}) {
  const p = launch(['run'], env)
  const base = await until(() => /console: (http:\S+)/.exec(p.said.text)?.[1], { timeoutMs: 20_000 })
  return { ...p, base }
}

const signIn = (base: string, user: string, password: string) =>
  fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })

describe('outrider-collector', () => {
  it('makes a first password and prints it once', async () => {
    const first = await start()
    const password = await until(() => /password (\S+) \(shown only now\)/.exec(first.said.text)?.[1])
    expect((await signIn(first.base, 'admin', password)).status).toBe(200)
    expect((await fetch(`${first.base}/healthz`)).status).toBe(200)
    await first.stop()
    const second = await start({ OUTRIDER_ADMIN_PASSWORD: 'does not matter now' })
    expect(second.said.text).not.toContain('shown only now')
    expect((await signIn(second.base, 'admin', password)).status).toBe(200)
  })

  it('backs up while it runs, and comes back from the backup with its users, audit log and key', async () => {
    const password = 'correct horse battery'
    const collector = await start({ OUTRIDER_ADMIN_PASSWORD: password })
    await signIn(collector.base, 'admin', password)
    const key = (await run(['command-key'])).text
    const file = join(dir, 'saved.db')
    expect(await run(['backup', file])).toMatchObject({ code: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    // neither a second collector nor a restore may touch the folder of a running one
    expect((await run(['run'])).text).toContain('another process uses')
    expect((await run(['restore', file])).code).toBe(1)
    await collector.stop()
    rmSync(join(dir, 'data'), { recursive: true })
    expect(await run(['restore', file])).toMatchObject({ code: 0 })
    expect((await run(['command-key'])).text).toBe(key)
    expect((await run(['verify-audit'])).text).toMatch(/^good: 2 entries/)
    const again = await start()
    expect((await signIn(again.base, 'admin', password)).status).toBe(200)
  })

  it('refuses a first password that is too short', async () => {
    const result = await run(['run'], { OUTRIDER_ADMIN_PASSWORD: 'short' })
    expect(result).toMatchObject({ code: 1 })
    expect(result.text).toContain('at least 8 characters')
  })

  it('says what to do about a taken port, an address of another machine, and a folder it cannot write', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const settings = (http: string, broker: string) =>
      writeFileSync(join(dir, 'collector.yaml'), `http: {${http}}\nbroker: {embedded: {${broker}}}\n`)
    settings(`host: 127.0.0.1, port: ${port}`, 'port: 0')
    const first = await run(['run'])
    expect([first.code, first.text]).toEqual([1, expect.stringContaining(`127.0.0.1:${port} is taken`)])
    settings('host: 127.0.0.1, port: 0', `port: ${port}`)
    expect(await run(['run'])).toMatchObject({ code: 1, text: expect.stringContaining('broker.embedded.port') })
    settings('host: 203.0.113.9, port: 0', 'port: 0')
    expect(await run(['run'])).toMatchObject({ code: 1, text: expect.stringContaining('set http.host') })
    await new Promise((resolve) => taken.close(resolve))
    // what was refused left nothing that stops the next one
    settings('host: 127.0.0.1, port: 0', 'port: 0')
    await (await start()).stop()
    rmSync(join(dir, 'data'), { recursive: true })
    writeFileSync(join(dir, 'data'), 'a file, not a folder')
    const folder = await run(['run'])
    expect([folder.code, folder.text]).toEqual([1, expect.stringMatching(/data folder .* cannot be written .*--data/)])
  })

  it('takes up rule files while it runs; a bad one changes nothing and is named', async () => {
    const { base } = await start({ OUTRIDER_ADMIN_PASSWORD: 'correct horse battery' })
    const cookie = (await signIn(base, 'admin', 'correct horse battery')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const read = async () =>
      (await fetch(`${base}/api/v1/rules`, { headers: { cookie } })).json() as Promise<{
        items: { id: string; origin: string; rule: { condition: { above: number } } }[]
        problems: { file: string; line: number }[]
      }>
    const above = async () => (await read()).items.find((r) => r.id === 'own')?.rule.condition.above
    const rule = (limit: number) =>
      `rules:\n  - {id: own, title: t, condition: {type: threshold, metric: m, above: ${limit}}, severity: minor, alarmType: a.b, text: t}\n`
    mkdirSync(join(dir, 'rules.d'))
    const file = join(dir, 'rules.d', 'own.yaml')
    writeFileSync(file, rule(5))
    const patient = { timeoutMs: 20_000, everyMs: 200 }
    await until(async () => (await above()) === 5, patient)
    writeFileSync(file, `${rule(77)}  - {id: broken`)
    await until(async () => (await read()).problems.length > 0, patient)
    expect((await read()).problems[0]).toMatchObject({ file: 'own.yaml' })
    expect(await above()).toBe(5)
    const ready = await fetch(`${base}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ok: true, reasons: [expect.objectContaining({ code: 'rules' })] },
    ])
    writeFileSync(file, rule(6))
    await until(async () => (await above()) === 6 && (await read()).problems.length === 0, patient)
  })

  it('refuses a damaged backup and changes nothing', async () => {
    const collector = await start({ OUTRIDER_ADMIN_PASSWORD: 'correct horse battery' })
    await collector.stop()
    const bad = join(dir, 'bad.db')
    writeFileSync(bad, 'this is no database at all, whatever its name says')
    const before = statSync(join(dir, 'data', 'collector.db')).mtimeMs
    expect((await run(['restore', bad])).code).toBe(1)
    expect(statSync(join(dir, 'data', 'collector.db')).mtimeMs).toBe(before)
    expect(existsSync(join(dir, 'data', 'collector.db.before-restore'))).toBe(false)
  })

  it('finds a changed audit entry', async () => {
    const collector = await start({ OUTRIDER_ADMIN_PASSWORD: 'correct horse battery' })
    for (let i = 0; i < 3; i++) await signIn(collector.base, 'admin', 'correct horse battery')
    await collector.stop()
    const copy = join(dir, 'data', 'collector.db')
    copyFileSync(copy, `${copy}.keep`)
    const db = new DatabaseSync(copy)
    db.exec("update audit set actor = 'somebody' where id = 2")
    db.close()
    const result = await run(['verify-audit'])
    expect(result.code).toBe(1)
    expect(result.text).toContain('entry 2: content does not match its hash')
  })

  it('adds a user from standard input and names every problem of the settings', async () => {
    expect((await run(['add-user', 'nora', '--role', 'noc'], {}, 'a long password\n')).text).toContain(
      'added nora, noc',
    )
    expect((await run(['add-user', 'x', '--role', 'king'], {}, 'a long password\n')).code).toBe(1)
    writeFileSync(join(dir, 'collector.yaml'), 'htpp: {}\nagents: [{id: x, site: nowhere}]\n')
    const checked = await run(['check-config'])
    expect(checked.code).toBe(2)
    expect(checked.text.trim().split('\n').length).toBeGreaterThanOrEqual(2)
    expect(checked.text).toContain('did you mean "http"?')
  })
})
