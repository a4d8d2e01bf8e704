import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createServer as createTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { freePorts } from '#test/support/free-ports.ts'
import { selfSigned } from '#test/support/self-signed.ts'
import { systemMachine } from './system-machine.ts'

const machine = systemMachine()
const never = new AbortController().signal
const soon = () => AbortSignal.timeout(100)
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

async function tlsServer(name: string, notAfter: number): Promise<{ port: number; cert: string }> {
  const pair = selfSigned(name, notAfter)
  const server = createTls(pair, (socket) => socket.on('error', () => undefined))
  return { port: await listening(server), cert: pair.cert }
}

describe('the machine', () => {
  it('reaches what listens, and says why not', async () => {
    const port = await listening(createServer((socket) => socket.destroy()))
    expect(await machine.reach('127.0.0.1', port, never)).toEqual({ ok: true })
    const [free] = (await freePorts(1)) as [number]
    expect(await machine.reach('127.0.0.1', free, never)).toEqual({ ok: false, code: 'ECONNREFUSED' })
  })

  it('judges a certificate: trusted, not trusted, for another name, expired', async () => {
    const year = 365 * 86_400_000
    const good = await tlsServer('localhost', Date.now() + year)
    const at = { host: '127.0.0.1', port: good.port }
    expect(await machine.handshake({ ...at, name: 'localhost', ca: good.cert }, never)).toMatchObject({
      distrust: null,
    })
    expect(await machine.handshake({ ...at, name: 'localhost' }, never)).toMatchObject({
      ...{ ok: true, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      certificate: expect.stringContaining('BEGIN CERTIFICATE'),
    })
    expect(await machine.handshake({ ...at, name: 'other.example', ca: good.cert }, never)).toMatchObject({
      distrust: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
    const old = await tlsServer('localhost', Date.now() - 1000)
    expect(
      await machine.handshake({ host: '127.0.0.1', port: old.port, name: 'localhost', ca: old.cert }, never),
    ).toMatchObject({ distrust: 'CERT_HAS_EXPIRED' })
  })

  it('gives up on who never answers', async () => {
    const port = await listening(createServer(() => undefined))
    expect(await machine.handshake({ host: '127.0.0.1', port }, soon())).toMatchObject({ ok: false, code: 'ETIMEDOUT' })
    await expect(machine.get(`http://127.0.0.1:${port}/`, {}, soon())).rejects.toThrow()
    expect(await machine.handshake({ host: '127.0.0.1', port, ca: 'no PEM' }, soon())).toMatchObject({ ok: false })
  })

  it('asks by HTTP and takes no more than it must', async () => {
    const server = createHttp((request, response) => {
      response.setHeader('x-seen', String(request.headers.authorization))
      response.end('x'.repeat(300_000))
    })
    const port = await listening(server)
    const got = await machine.get(`http://127.0.0.1:${port}/a`, { headers: { authorization: 'Token t' } }, never)
    expect(got).toMatchObject({ status: 200, headers: { 'x-seen': 'Token t' } })
    expect(got.body).toHaveLength(65_536)
  })

  it('knows whether a port is free and who holds it', async () => {
    const port = await listening(createServer())
    expect(await machine.bind('tcp', '127.0.0.1', port)).toBe('EADDRINUSE')
    if (process.platform === 'linux') expect(machine.holder('tcp', port)).toMatchObject({ pid: process.pid })
    const [free] = (await freePorts(1)) as [number]
    expect(await machine.bind('tcp', '127.0.0.1', free)).toBe('free')
    expect(await machine.bind('udp', '127.0.0.1', free)).toBe('free')
    expect(await machine.bind('udp', '192.0.2.1', free)).toBe('EADDRNOTAVAIL')
    expect(machine.holder('udp', free)).toBeNull()
  })

  it('tries a folder and leaves nothing in it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-machine-'))
    closing.push(() => rmSync(dir, { recursive: true }))
    expect(await machine.tryWrite(dir)).toBeGreaterThan(0)
    expect(readdirSync(dir)).toEqual([])
    await expect(machine.tryWrite(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(machine.stat(dir)).toMatchObject({ isDirectory: true, mode: 0o700 })
    expect(machine.stat(join(dir, 'none'))).toBeNull()
    expect(machine.disk(dir).totalBytes).toBeGreaterThan(0)
  })

  it.runIf(process.platform === 'linux')('sees a database in use', () => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-machine-'))
    closing.push(() => rmSync(dir, { recursive: true }))
    const file = join(dir, 'a.lock')
    expect(machine.inUse(file)).toBe(false)
    const db = new DatabaseSync(file)
    db.exec('pragma journal_mode = memory; begin exclusive')
    expect(machine.inUse(file)).toBe(true)
    db.close()
    expect(machine.inUse(file)).toBe(false)
  })

  it('tells of the time service or that it does not know', async () => {
    expect(['synchronised', 'not-synchronised', 'unknown']).toContain(await machine.timeService())
    expect(machine.sysctl('no/such')).toBeUndefined()
  })
})
