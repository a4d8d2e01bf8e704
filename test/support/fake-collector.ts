// The enrolment side of a collector, made from the schemas alone: what it answers is set by the test.
import { generateKeyPairSync } from 'node:crypto'
import { createServer as createPlain, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type EnrolmentAnswer, EnrolmentAsk, type EnrolmentGrant } from '#shared/http/enrolment.ts'
import { createTestAuthority, type TestAuthority } from './test-authority.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>

export interface FakeCollector {
  readonly authority: TestAuthority
  readonly asks: EnrolmentAsk[]
  readonly pickups: string[]
  readonly token: string
  /** What is asked of it, newest last: method and path. */
  readonly paths: string[]
  /** Set to answer otherwise. */
  onAsk: Handler
  onPickup: Handler
  /** Wall ms its Date header says; the machine's when undefined. */
  date: number | undefined
  url(): string
  grant(ask: EnrolmentAsk, other?: Partial<EnrolmentGrant>): Promise<EnrolmentGrant>
  answer(response: ServerResponse, status: number, body: EnrolmentAnswer | object): void
  stop(): Promise<void>
}

export interface FakeCollectorOptions {
  readonly authority?: TestAuthority
  /** PEM to show instead of a certificate for 127.0.0.1 with its authority behind it. */
  readonly held?: { readonly certificate: string; readonly key: string }
  readonly plain?: boolean
}

/** Grants what is asked, until told otherwise. */
export async function startFakeCollector(options: FakeCollectorOptions = {}): Promise<FakeCollector> {
  const authority = options.authority ?? (await createTestAuthority())
  const issued = await authority.issueServer(['localhost', '127.0.0.1'], Date.now())
  const held = options.held ?? { certificate: `${issued.certificate}${authority.ca}`, key: issued.key }
  const commandKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const listener: RequestListener = (request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      fake.paths.push(`${request.method} ${request.url}`)
      if (fake.date !== undefined) response.setHeader('date', new Date(fake.date).toUTCString())
      if (request.url === '/healthz') return response.end('{}')
      const asks = request.url === '/api/v1/enrolments'
      void (asks ? fake.onAsk : fake.onPickup)(request, response, body)
      return undefined
    })
  }
  const server = options.plain ? createPlain(listener) : createTls({ cert: held.certificate, key: held.key }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const fake: FakeCollector = {
    authority,
    asks: [],
    pickups: [],
    paths: [],
    token: `ot1.${'t'.repeat(10)}.${'s'.repeat(28)}.${authority.pin}`,
    date: undefined,
    async onAsk(_, response, body) {
      const ask = EnrolmentAsk.parse(JSON.parse(body))
      fake.asks.push(ask)
      fake.answer(response, 201, await fake.grant(ask))
    },
    onPickup: (_, response) => fake.answer(response, 404, { error: { code: 'not-found', message: 'no such request' } }),
    url: () => `${options.plain ? 'http' : 'https'}://127.0.0.1:${port}`,
    async grant(ask, other = {}) {
      const agent = other.agent ?? 'acme-hq-agent'
      const issued = await authority.issueAgent(ask.csr, agent, Date.now())
      if ('refused' in issued) throw new Error(issued.refused)
      return {
        state: 'granted',
        agent,
        site: { id: 'acme-hq', name: 'Acme HQ', customer: 'acme', timeZone: 'Asia/Shanghai' },
        certificate: issued.certificate,
        ca: authority.ca,
        brokerUrl: 'mqtts://127.0.0.1:8883',
        commandKey,
        ...other,
      }
    },
    answer(response, status, body) {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
