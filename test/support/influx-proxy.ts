// Between the collector and an old InfluxDB: maps the write path of the v2 API to that of 1.x, and plays a server in
// trouble when it is told to.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export type Fault =
  /** Answers with this status and nothing is written. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Reads a part of the request and closes. */
  | { readonly kind: 'cut' }
  /** The write takes effect, the answer is lost. */
  | { readonly kind: 'lost-answer' }

export interface InfluxProxy {
  readonly url: string
  /** Body of every write as it came, inflated, newest last. */
  readonly writes: {
    readonly lines: readonly string[]
    readonly authorization: string | undefined
    readonly at: number
  }[]
  /** Asked for each write; undefined lets it through. */
  fault: (lines: readonly string[]) => Fault | undefined
  /** Writes that took effect. */
  written(): number
  stop(): Promise<void>
}

/** `target` e.g. http://127.0.0.1:8086, asked anew for each request. `v1`: map the path of writes. */
export async function startInfluxProxy(target: () => string, options: { readonly v1: boolean }): Promise<InfluxProxy> {
  const writes: InfluxProxy['writes'] = []
  let effective = 0
  const proxy: { fault: InfluxProxy['fault'] } = { fault: () => undefined }
  const server = createServer((incoming, answer) => {
    void handle(incoming, answer).catch(() => answer.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    writes,
    get fault() {
      return proxy.fault
    },
    set fault(next) {
      proxy.fault = next
    },
    written: () => effective,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://proxy')
    const isWrite = url.pathname === '/api/v2/write'
    const body = await buffer(incoming)
    if (!isWrite) return pass(incoming, answer, url.pathname + url.search, body)
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
    const lines = text.split('\n').filter((l) => l !== '')
    if (writes.length >= 5000) writes.shift()
    writes.push({ lines, authorization: incoming.headers.authorization, at: performance.now() })
    const fault = proxy.fault(lines)
    if (fault?.kind === 'status') {
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      answer.end(fault.body ?? '')
      return
    }
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'cut') return void answer.destroy()
    const query = options.v1
      ? `/write?db=${encodeURIComponent(url.searchParams.get('bucket') ?? '')}&precision=${url.searchParams.get('precision')}`
      : url.pathname + url.search
    await pass(incoming, answer, query, body, fault?.kind === 'lost-answer')
  }

  function pass(
    incoming: IncomingMessage,
    answer: ServerResponse,
    path: string,
    body: Buffer,
    lose = false,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const { host: _, connection: __, ...headers } = incoming.headers
      const out = request(new URL(path, target()), { method: incoming.method, headers, agent: false }, (reply) => {
        if (path.includes('/write') && reply.statusCode === 204) effective++
        if (lose) {
          reply.resume()
          answer.destroy()
          return resolve()
        }
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
        reply.on('end', resolve)
        reply.on('error', reject)
      })
      out.on('error', reject)
      out.end(body)
    })
  }
}
