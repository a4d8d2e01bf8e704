import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWriteTarget, type WriteTarget } from './target.ts'

describe('one write', () => {
  let server: Server
  let answer: (response: ServerResponse, path: string) => void
  let asked: string[]
  let target: WriteTarget

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      request.resume().on('end', () => answer(response, request.url ?? ''))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const settings = { org: 'o', bucket: 'b', token: 'very-secret', timeoutMs: 5000, now: Date.now }
    target = createWriteTarget({ url, ...settings })
  })
  afterEach(async () => {
    target.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const says = (status: number, body: string, headers: Record<string, string> = {}) => {
    answer = (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }

  it('knows points that are too old in the words of every InfluxDB, however long they are', async () => {
    const old = 'partial write: points beyond retention policy dropped=3'
    const point = `m,device=${'d'.repeat(600)}`
    const newer =
      `failure writing points to database: partial write: dropped 3 points outside retention policy of duration 1h0m0s - ` +
      `oldest point ${point} at 1970-01-01T00:00:01Z dropped because it violates a Retention Policy Lower Bound at ` +
      `2026-01-01T00:00:00Z, newest point ${point} at 1970-01-01T00:00:02Z dropped because it violates a Retention ` +
      'Policy Lower Bound at 2026-01-01T00:00:00Z dropped=3 for database: 1 for retention policy: autogen'
    for (const message of [old, newer]) {
      says(422, JSON.stringify({ code: 'unprocessable entity', message }))
      const found = await target.write(['m value=1 1'])
      expect(found).toMatchObject({ kind: 'beyond-retention', dropped: 3 })
      expect((found as { reason: string }).reason.length).toBeLessThanOrEqual(500)
    }
  })

  it('does not follow a redirect: the token is for one server', async () => {
    answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end()
    expect(await target.write(['m value=1 1'])).toMatchObject({ kind: 'failed' })
    expect(asked).toHaveLength(1)
  })

  it('takes no answer without end', async () => {
    const part = Buffer.alloc(1 << 20, 0x61)
    let given = 0
    answer = (response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      const more = () => {
        while (!response.destroyed && given < 1 << 30) {
          given += part.length
          if (!response.write(part)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    }
    expect(await target.write(['m value=1 1'])).toMatchObject({ kind: 'failed', reason: 'the answer is too large' })
    expect(given).toBeLessThan(64 << 20)
  })

  it('does not inflate an answer beyond measure', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, 0x61))
    answer = (response) =>
      response.writeHead(400, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb)
    expect(await target.write(['m value=1 1'])).toMatchObject({ kind: 'failed', reason: 'the answer is too large' })
  })

  it('writes after a failure as before', async () => {
    says(503, '', { 'retry-after': '7' })
    expect(await target.write(['m value=1 1'])).toMatchObject({ kind: 'busy', retryAfterMs: 7000 })
    says(204, '')
    expect(await target.write(['m value=1 1'])).toEqual({ kind: 'written' })
  })

  it('says nothing of the token', async () => {
    says(401, JSON.stringify({ message: 'no such token: very-secret' }))
    expect(JSON.stringify(await target.write(['m value=1 1']))).not.toContain('very-secret')
  })
})
