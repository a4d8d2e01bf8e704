import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from '#test/support/self-signed.ts'
import { checkHttp } from './http.ts'

const DAY = 86_400_000
const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})
const never = new AbortController().signal

describe('HTTP check', () => {
  it('gives status, time and size', async () => {
    const port = await listen(createServer((_q, a) => a.writeHead(503).end('sorry')))
    const answer = await check(`http://127.0.0.1:${port}/x`)
    expect(answer).toMatchObject({ outcome: 'ok', status: 503, bytes: 5, tlsDaysLeft: null })
    expect(answer.timeMs).toBeGreaterThan(0)
  })

  it('follows no redirect', async () => {
    const asked: string[] = []
    const serve: RequestListener = (q, a) => {
      asked.push(q.url ?? '')
      a.writeHead(302, { location: '/elsewhere' }).end()
    }
    const port = await listen(createServer(serve))
    expect(await check(`http://127.0.0.1:${port}/`)).toMatchObject({ outcome: 'ok', status: 302 })
    expect(asked).toEqual(['/'])
  })

  it('stops at a body without end', async () => {
    const endless: RequestListener = (_q, a) => {
      const more = () => {
        while (!a.destroyed && a.write(Buffer.alloc(65_536)));
      }
      a.on('drain', more)
      more()
    }
    const port = await listen(createServer(endless))
    const answer = await check(`http://127.0.0.1:${port}/`)
    expect(answer).toMatchObject({ outcome: 'ok', status: 200 })
    expect(answer.outcome === 'ok' && answer.bytes).toBeLessThan(2 * 1024 * 1024)
  })

  it.each<[string, (socket: Socket) => void, string]>([
    ['closes at once', (s) => s.destroy(), 'refused'],
    ['says nothing', () => undefined, 'timeout'],
    ['talks nonsense', (s) => s.end('SSH-2.0-dropbear\r\n\r\n'), 'parse'],
    ['sends endless headers', (s) => s.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`), 'parse'],
    ['stops inside the body', (s) => s.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'), 'refused'],
    ['never ends its body', (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'), 'timeout'],
  ])('has an outcome for a server that %s', async (_name, behave, outcome) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      cleanup.push(() => socket.destroy())
      socket.once('data', () => behave(socket))
    })
    expect((await check(`http://127.0.0.1:${await listen(server)}/`, { timeoutMs: 150 })).outcome).toBe(outcome)
  })

  it('tells the days a certificate has left, trusted or not, expired or not', async () => {
    const now = Date.UTC(2026, 0, 1)
    for (const [days, until] of [
      [12, now + 12.5 * DAY],
      [-3, now - 2.5 * DAY],
    ] as const) {
      const server = createTlsServer(selfSigned('localhost', until), (_q, a) => a.end('ok'))
      const url = `https://localhost:${await listen(server)}/`
      const lax = await checkHttp({ url, timeoutMs: 3000, verifyTls: false }, never, () => now)
      expect(lax).toMatchObject({ outcome: 'ok', status: 200, tlsDaysLeft: days })
      const strict = await checkHttp({ url, timeoutMs: 3000, verifyTls: true }, never, () => now)
      expect(strict).toMatchObject({ outcome: 'auth', tlsDaysLeft: days })
    }
  })

  it('refuses what is not plain http or https', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://user:pass@127.0.0.1/', 'nothing', ''])
      expect((await check(url)).outcome).toBe('parse')
  })

  it('tells refused, unreachable and cancelled apart', async () => {
    const server = createTcpServer()
    const port = await listen(server)
    await new Promise((done) => server.close(done))
    expect((await check(`http://127.0.0.1:${port}/`)).outcome).toBe('refused')
    expect((await check('http://no-such-host.invalid/', { timeoutMs: 15_000 })).outcome).toBe('unreachable')
    const stopped = await checkHttp({ url: 'http://127.0.0.1/', timeoutMs: 1000, verifyTls: true }, AbortSignal.abort())
    expect(stopped.outcome).toBe('cancelled')
  })
})

function check(url: string, options: { timeoutMs?: number } = {}) {
  return checkHttp({ url, timeoutMs: 3000, verifyTls: true, ...options }, never)
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.push(() => server.close())
  return (server.address() as AddressInfo).port
}
