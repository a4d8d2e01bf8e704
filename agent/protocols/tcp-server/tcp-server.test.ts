import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { until } from '#test/support/until.ts'
import { createTcpServer, type TcpServer } from './tcp-server.ts'

let server: TcpServer | undefined
const clients: Socket[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await server?.close()
})

async function open(limits: { maxConnections: number; maxPerSource: number }) {
  const seen: string[] = []
  server = createTcpServer({
    host: '127.0.0.1',
    port: 0,
    idleTimeoutMs: 60_000,
    ...limits,
    onConnection: (address) => ({ onBytes: (chunk) => void seen.push(`${address} ${chunk}`), onEnd: () => undefined }),
    onError: () => undefined,
  })
  await server.open()
  return { server, seen }
}

async function dial(localAddress: string): Promise<Socket> {
  const client = connect({ host: '127.0.0.1', port: server?.facts().port as number, localAddress })
  client.on('error', () => undefined)
  clients.push(client)
  await once(client, 'connect')
  return client
}

it('refuses a source that holds its share, and serves the others; a place given up is free again', async () => {
  const opened = await open({ maxConnections: 10, maxPerSource: 2 })
  const first = await dial('127.0.1.1')
  await dial('127.0.1.1')
  await until(() => opened.server.facts().connections === 2)
  const third = await dial('127.0.1.1')
  await once(third, 'close')
  expect(opened.server.facts()).toMatchObject({ connections: 2, refusedConnections: 1 })

  const neighbour = await dial('127.0.1.2')
  neighbour.write('hello')
  await until(() => opened.seen.includes('127.0.1.2 hello'))

  first.destroy()
  await until(() => opened.server.facts().connections === 2)
  const again = await dial('127.0.1.1')
  again.write('back')
  await until(() => opened.seen.includes('127.0.1.1 back'))
})
