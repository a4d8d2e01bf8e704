// Tokens and identities from the command line, as real processes: with and without a collector that runs.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '..', '..')
const SETTINGS = `
http: {host: 127.0.0.1, port: 0}
broker: {embedded: {port: 0, tls: {host: 127.0.0.1, port: 0}}}
enrolment: {names: [collector.example.net]}
customers: [{id: acme, name: Acme}]
sites: [{id: hq, customer: acme, name: HQ}]
`
let dir: string
const stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-identity-commands-'))
  writeFileSync(join(dir, 'collector.yaml'), SETTINGS)
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  rmSync(dir, { recursive: true, force: true })
})

function launch(command: readonly string[], env: Record<string, string> = {}) {
  const args = [join(root, 'collector/main.ts'), ...command]
  const place = ['--config', join(dir, 'collector.yaml'), '--data', join(dir, 'data')]
  const child = spawn(process.execPath, [...args, ...place], {
    cwd: dir,
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (part) => {
    said.out += part
  })
  child.stderr.on('data', (part) => {
    said.err += part
  })
  const gone = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    return gone
  }
  stops.push(stop)
  return { said, gone, stop }
}

async function run(...command: string[]) {
  const { said, gone } = launch(command)
  return { code: await gone, ...said }
}

async function start(env: Record<string, string> = {}) {
  const p = launch(['run'], env)
  await until(() => /console: http/.test(p.said.out), { timeoutMs: 20_000 })
  return p
}

it('makes no data folder where there is none, but for the first token', async () => {
  for (const command of [
    ['token', 'list'],
    ['agent', 'revoke', 'hq-agent-1', '--reason', 'x'],
  ])
    expect(await run(...command)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('holds no data') })
  expect(existsSync(join(dir, 'data'))).toBe(false)
})

it('makes, lists and revokes tokens with and without a collector that runs', async () => {
  const made = await run('token', 'make', '--site', 'hq', '--valid', '90m', '--uses', '3', '--note', '\u001b[2Jfirst\n')
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^ot1\.[a-z0-9]{10}\.[a-z0-9]{28}\.\S{43}\n$/) })
  expect(made.err).toContain('3 agents')
  expect(made.err).toContain('outrider-agent enrol http://collector.example.net')
  expect(made.err).toContain('No agent sends a token over http: set http.tls to own')
  const [, id = '', secret = '', pin = ''] = made.out.trim().split('.')
  const running = await start()
  expect(statSync(join(dir, 'data', 'control.sock')).mode & 0o777).toBe(0o600)
  const listed = await run('token', 'list')
  expect(listed.out).toMatch(new RegExp(`^${id}  hq  open  0/3  \\S+  command line  \\[2Jfirst\\n$`))
  expect(listed.out).not.toContain(secret)
  const again = await run('token', 'make', '--site', 'hq', '--pre-approved')
  expect(again.out.trim().split('.')[3]).toBe(pin)
  expect(await run('token', 'revoke', id)).toMatchObject({ code: 0 })
  expect((await run('token', 'list')).out).toContain(`${id}  hq  revoked`)
  expect(await run('token', 'make', '--site', 'nowhere')).toMatchObject({ code: 1, err: 'there is no site nowhere\n' })
  for (const [option, value, says] of [
    ['--valid', '25h', /^--valid takes .* 24h at most/],
    ['--uses', '0', /^--uses takes a number from 1 to 100\n$/],
  ] as const)
    expect(await run('token', 'make', '--site', 'hq', option, value)).toMatchObject({
      ...{ code: 1, out: '' },
      err: expect.stringMatching(says),
    })
  expect(await run('agent', 'revoke', 'hq-nobody', '--reason', 'x')).toMatchObject({ code: 1 })
  await running.stop()
  expect(running.said.out + running.said.err).not.toContain(secret)
  expect(existsSync(join(dir, 'data', 'control.sock'))).toBe(false)
  expect((await run('token', 'list')).out).toContain(`${id}  hq  revoked`)
}, 120_000)

it('runs with a sealing key from elsewhere, and says so when it is another one', async () => {
  const first = await start({ OUTRIDER_SEAL_KEY: 'k'.repeat(40) })
  await first.stop()
  expect(existsSync(join(dir, 'data', 'keys', 'seal.key'))).toBe(false)
  for (const [env, why] of [
    [{ OUTRIDER_SEAL_KEY: 'l'.repeat(40) }, 'sealed with another key'],
    [{}, 'seal.key is missing'],
  ] as const) {
    const other = await start(env as Record<string, string>)
    await until(() => other.said.out.includes(why))
    await other.stop()
  }
  const good = await start({ OUTRIDER_SEAL_KEY: 'k'.repeat(40) })
  expect(good.said.out).not.toMatch(/cannot be opened|is missing/)
}, 120_000)
