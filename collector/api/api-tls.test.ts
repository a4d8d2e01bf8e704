import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type PeerCertificate } from 'node:tls'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createTestApi } from '#test/support/test-api.ts'
import { createAuthority } from '../authority/authority.ts'
import { masterKeyOf } from '../authority/master-key.ts'
import { createServerCertificate } from '../authority/server-certificate.ts'

it('takes a renewed certificate while it runs, without ending connections', async () => {
  await using stack = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'outrider-api-tls-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const time = { now: Date.now() - 70 * 86_400_000 }
  const log = pino({ level: 'silent' })
  const master = () => masterKeyOf('k'.repeat(32))
  const authority = await createAuthority({ dir, master, agentDays: 30, now: time.now, log })
  const names = ['localhost', '127.0.0.1']
  const server = createServerCertificate({ file: join(dir, 's'), names, authority, now: () => time.now, log })
  await server.check()
  const held = server.current()
  if (!held) throw new Error('no certificate')
  const onChange = (listener: (next: { cert: string; key: string }) => void) =>
    server.onChange((next) => listener({ cert: next.certificate, key: next.key }))
  const tls = { cert: held.certificate, key: held.key, onChange }
  const t = stack.use(
    await createTestApi({ deps: { http: { tls, trustedProxies: [], consoleDir: join(dir, 'none') } } }),
  )
  const port = Number(new URL(await t.api.start('127.0.0.1', 0)).port)
  const open = () =>
    new Promise<{ peer: PeerCertificate; ended: () => boolean }>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca: authority.ca, servername: 'localhost' }, () => {
        resolve({ peer: socket.getPeerCertificate(true), ended: () => socket.destroyed })
      })
      socket.on('error', reject)
      stack.defer(() => void socket.destroy())
    })
  const first = await open()
  // the authority comes along: who knows only its pin finds it
  expect(first.peer).toMatchObject({
    issuerCertificate: { subject: { CN: expect.stringMatching(/^Outrider authority/) } },
  })
  time.now += 70 * 86_400_000
  await server.check()
  const second = await open()
  expect(second.peer.serialNumber).not.toBe(first.peer.serialNumber)
  expect(first.ended()).toBe(false)
})
