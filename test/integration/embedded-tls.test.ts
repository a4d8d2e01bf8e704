// The embedded broker's TLS listener in a whole collector: open when there is somebody to hear, closed to passwords of enrolled agents.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as tcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { makeKeyRequest } from '#agent/identity/csr.ts'
import { startCollector } from '#collector/collector.ts'
import { readCollectorConfig } from '#collector/config/config.ts'
import type { EnrolmentRow } from '#shared/http/enrolment.ts'
import { enrol, makeToken } from '../proofs/hostile-agent/stage.ts'
import { createApiClient } from '../support/api-client.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'

const PASSWORD = 'correct-horse-battery'
const AGENT = 'agent-with-password'
const SIGN = {
  ...{ clientId: AGENT, username: AGENT, password: 'the password of the file' },
  ...{ reconnectPeriod: 0, protocolVersion: 4 as const },
}

it('opens the TLS listener with the first token, and closes the password way with the first certificate', async () => {
  await using stack = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'outrider-auto-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const [http, plain, secure] = (await freePorts(3)) as [number, number, number]
  const settings = {
    ...{ dataDir: join(dir, 'data'), rulesDir: join(dir, 'rules.d'), http: { host: '127.0.0.1', port: http } },
    broker: { embedded: { port: plain, tls: { host: '127.0.0.1', port: secure } } },
    customers: [{ id: 'acme', name: 'Acme Ltd' }],
    sites: [{ id: 'hq', customer: 'acme', name: 'Head office' }],
    agents: [{ id: AGENT, site: 'hq', password: 'the password of the file' }],
  }
  const read = readCollectorConfig(stringify(settings), 'c.yaml', { env: () => undefined, file: () => '' })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const log = pino({ level: 'silent' })
  const collector = await startCollector({ config: read.value, adminPassword: PASSWORD, log })
  stack.defer(() => collector.stop())
  const api = createApiClient(`http://127.0.0.1:${http}`)
  await api.signIn('admin', PASSWORD)

  expect(await listens(secure)).toBe(false)
  expect(await signsIn(plain)).toBe(true)
  const { csr } = makeKeyRequest('proof')
  await api.post('/api/v1/enrolment-tokens', { site: 'hq' })
  await until(() => listens(secure))
  expect(await signsIn(plain)).toBe(true)

  const live = mqtt.connect(`mqtt://127.0.0.1:${plain}`, SIGN)
  stack.defer(() => void live.end(true))
  await until(() => live.connected)

  // the agent of the file enrols: from now on its certificate counts and nothing else
  const token = (await api.post<{ token: string }>('/api/v1/enrolment-tokens', { site: 'hq' })).token
  expect(await enrol(api, token, csr)).toMatchObject({ state: 'waiting' })
  const { items } = await api.get<{ items: EnrolmentRow[] }>('/api/v1/enrolments')
  const id = items.find((row) => row.state === 'waiting')?.id
  await api.post(`/api/v1/enrolments/${id}/decision`, { decision: 'approve', agent: AGENT })
  await until(() => !live.connected, { timeoutMs: 5000 })
  expect(await signsIn(plain)).toBe(false)
  expect(await makeToken(api, 'hq')).toMatch(/^ot1\./)
})

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tcp(port, '127.0.0.1', () => resolve(true))
    socket.on('connect', () => socket.destroy())
    socket.on('error', () => resolve(false))
  })
}

async function signsIn(port: number): Promise<boolean> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, SIGN)
  try {
    return await new Promise((resolve) => {
      client.once('connect', () => resolve(true))
      client.once('error', () => resolve(false))
      client.once('close', () => resolve(false))
    })
  } finally {
    client.end(true)
  }
}
