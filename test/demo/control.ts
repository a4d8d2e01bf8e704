// How `npm run demo:fault` reaches a running demo: a loopback HTTP server whose port and key stand in a file.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'

export interface DemoFault {
  readonly title: { readonly en: string; readonly 'zh-CN': string }
  inject(): Promise<void>
  undo(): Promise<void>
}
export type DemoFaults = Readonly<Record<string, DemoFault>>

const FILE = join(tmpdir(), `outrider-demo-${userInfo().username}`, 'control.json')

/** Serves the faults until `stop`. `onFault` hears what was done, for the demo's terminal. */
export async function serveFaults(faults: DemoFaults, onFault: (name: string, undo: boolean) => void) {
  const key = randomBytes(16).toString('hex')
  const server = createServer((req, res) => {
    const given = Buffer.from(String(req.headers.authorization ?? ''))
    const expected = Buffer.from(`Bearer ${key}`)
    const answer = (status: number, body: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' })
      res.end(JSON.stringify(body))
    }
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return answer(401, { error: 'wrong key' })
    const url = new URL(req.url ?? '/', 'http://localhost')
    const name = url.pathname.slice(1)
    if (name === '') return answer(200, Object.fromEntries(Object.entries(faults).map(([n, f]) => [n, f.title])))
    const fault = Object.hasOwn(faults, name) ? faults[name] : undefined
    if (!fault) return answer(404, { error: `no fault ${name}` })
    const undo = req.method === 'DELETE'
    onFault(name, undo)
    ;(undo ? fault.undo() : fault.inject()).then(
      () => answer(200, { ok: true, title: fault.title }),
      (error: Error) => answer(500, { error: error.message }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  mkdirSync(dirname(FILE), { recursive: true, mode: 0o700 })
  writeFileSync(FILE, JSON.stringify({ port: (server.address() as { port: number }).port, key }), { mode: 0o600 })
  return {
    stop() {
      rmSync(FILE, { force: true })
      server.close()
    },
  }
}

/** Asks the running demo; `name` '' lists the faults. Rejects with a sentence for people when no demo runs. */
export function askDemo(name: string, undo = false): Promise<Record<string, unknown>> {
  let place: { port: number; key: string }
  try {
    place = JSON.parse(readFileSync(FILE, 'utf8')) as typeof place
  } catch {
    return Promise.reject(new Error('No demo is running here. Start one with: npm run demo'))
  }
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: place.port,
      path: `/${encodeURIComponent(name)}`,
      method: undo ? 'DELETE' : name === '' ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${place.key}` },
    }
    const req = request(options, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (part: string) => {
        text += part
      })
      res.on('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>
        if (res.statusCode === 200) resolve(body)
        else reject(new Error(String(body.error)))
      })
    })
    req.on('error', () => reject(new Error('The demo does not answer any more. Start one with: npm run demo')))
    req.end()
  })
}
