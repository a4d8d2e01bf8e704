// outrider-collector broker-config, and what a revocation does at a real Mosquitto that nobody tells to read the list.

import { X509Certificate } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEviction } from '#collector/agent-link/eviction.ts'
import { mosquittoFiles } from '#collector/broker/mosquitto-config.ts'
import { openParty } from '../proofs/hostile-agent/party.ts'
import { startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { mosquittoFilesIn, untilListening } from '../support/mosquitto-with-tls.ts'
import { programOrSkip } from '../support/programs.ts'
import { createTestAuthority } from '../support/test-authority.ts'
import { until } from '../support/until.ts'

let dir: string
let ends: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-broker-config-'))
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
  rmSync(dir, { recursive: true, force: true })
})

async function command(...more: string[]) {
  const fixed = ['broker-config', 'mosquitto', '--data', join(dir, 'data'), '--out', join(dir, 'out')]
  const child = startChild(['node', 'collector/main.ts', ...fixed, ...more], { cwd: process.cwd() })
  await child.gone
  return { code: child.exited()?.code, text: child.output() }
}
const file = (name: string) => readFileSync(join(dir, 'out', name), 'utf8')

describe('broker-config mosquitto', () => {
  it('writes all of it, changes nothing when run again, and leaves alone what a person changed', async () => {
    const names = ['--host', 'broker.example', '192.0.2.7']
    const first = await command(...names)
    expect(first.code, first.text).toBe(0)
    expect(first.text).toContain('url: mqtts://broker.example:8883')
    const all = ['mosquitto.conf', 'acl', 'ca.pem', 'server.pem', 'server.key', 'crl.pem']
    const before = all.map(file)
    expect(new X509Certificate(file('server.pem')).subjectAltName).toBe('DNS:broker.example, IP Address:192.0.2.7')
    expect(statSync(join(dir, 'out', 'server.key')).mode & 0o007).toBe(0)
    expect(
      file('acl')
        .split('\n')
        .filter((line) => /^(topic|pattern)/.test(line)),
    ).toEqual([
      'topic read outrider/v1/a/+/up/+',
      'topic write outrider/v1/a/+/down/+',
      'topic readwrite outrider/v1/a/outrider.doctor/down/ack',
      'pattern write outrider/v1/a/%u/up/+',
      'pattern read outrider/v1/a/%u/down/+',
    ])
    expect((await command(...names)).code).toBe(0)
    expect(all.map(file)).toEqual(before)

    appendFileSync(join(dir, 'out', 'acl'), '# mine\n')
    const kept = await command(...names, '--port', '8884')
    expect([kept.code, kept.text]).toEqual([2, expect.stringContaining('acl was changed by hand and stays; --force')])
    expect(file('acl')).toMatch(/# mine\n$/)
    expect(file('mosquitto.conf')).toContain('listener 8884')
    expect((await command(...names, '--port', '8884', '--force')).code).toBe(0)
    expect(file('acl')).not.toContain('# mine')

    // another name needs another certificate; the list stays the collector's
    writeFileSync(join(dir, 'out', 'crl.pem'), 'the list of the collector')
    expect((await command('--host', 'other.example', '--force')).code).toBe(0)
    expect(new X509Certificate(file('server.pem')).subjectAltName).toBe('DNS:other.example')
    expect(file('crl.pem')).toBe('the list of the collector')
  })

  it('says what cannot be done', async () => {
    expect(await command('--port', 'many')).toMatchObject({ code: 2, text: expect.stringContaining('many is no port') })
    expect(await command('--seen-as', '/a folder')).toMatchObject({ code: 2, text: expect.stringContaining('spaces') })
  })
})

describe('eviction', () => {
  it('holds the session of a revoked agent for as long as the broker does not know the list', async (context) => {
    programOrSkip(context, 'mosquitto')
    const [port] = (await freePorts(1)) as [number]
    const { out, conf } = mosquittoFilesIn(dir, port)
    const authority = await createTestAuthority()
    const server = await authority.issueServer(['localhost', '127.0.0.1'], Date.now())
    mkdirSync(out)
    const texts = {
      ...mosquittoFiles({ dir: out, listen: '127.0.0.1', port, pidFile: undefined }),
      ...{ 'ca.pem': authority.ca, 'server.pem': server.certificate, 'server.key': server.key },
      'crl.pem': await authority.crl([], Date.now()),
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(out, name), text, { mode: 0o644 })
    const mosquitto = startChild(['mosquitto', '-c', conf])
    ends.push(() => mosquitto.stop())
    await untilListening(mosquitto, port)
    const place = { port, ca: authority.ca }
    const held = await authority.odd({ commonName: 'agent-0001' })
    const neighbour = openParty(place, await authority.odd({ commonName: 'agent-0002' }), { clientId: 'agent-0002' })
    expect(await neighbour.settled()).toBe('in')

    const url = `mqtts://localhost:${port}`
    const certificateOf = (agent: string) => authority.odd({ commonName: agent })
    const eviction = createEviction({ url, ca: authority.ca, certificateOf, log: pino({ level: 'silent' }) })
    ends.push(() => eviction.stop())
    const agent = openParty(place, held, { clientId: 'agent-0001' })
    expect(await agent.settled()).toBe('in')
    eviction.evict('agent-0001')
    await until(() => agent.closed(), { timeoutMs: 5000 })
    // it comes back at once, again and again
    for (let i = 0; i < 5; i++) {
      const again = openParty(place, held, { clientId: 'agent-0001' })
      await until(() => again.closed(), { timeoutMs: 5000 })
    }
    expect(eviction.state().holding).toBe(1)
    eviction.release('agent-0001')
    const free = openParty(place, held, { clientId: 'agent-0001' })
    expect(await free.settled()).toBe('in')

    // the list is read: the trial sees it
    expect(await eviction.tryCertificate('agent-0003', await authority.odd({ commonName: 'agent-0003' }))).toBe(true)
    writeFileSync(
      join(out, 'crl.pem'),
      await authority.crl([{ serial: held.serial, at: Date.now() }], Date.now() + 1000),
    )
    mosquitto.process.kill('SIGHUP')
    await until(async () => (await eviction.tryCertificate('agent-0001', held)) === false, { timeoutMs: 5000 })

    // so is a new certificate of its own
    const next = await authority.issueServer(['localhost'], Date.now())
    writeFileSync(join(out, 'server.key'), next.key)
    writeFileSync(join(out, 'server.pem'), next.certificate)
    mosquitto.process.kill('SIGHUP')
    const serial = new X509Certificate(next.certificate).serialNumber
    await until(async () => {
      const fresh = openParty(place, await authority.odd({ commonName: 'agent-0003' }), { clientId: 'agent-0003' })
      const inside = (await fresh.settled()) === 'in'
      const shown = fresh.socket.getPeerCertificate().serialNumber
      fresh.drop()
      return inside && shown === serial
    })
    expect(neighbour.closed()).toBe(false)
    neighbour.drop()
    await mosquitto.stop()
    expect(await eviction.tryCertificate('agent-0001', held)).toBeUndefined()
  })
})
