// One GET with nothing kept alive. node:http rather than fetch: an authority of its own can be given.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { GetOptions, Got } from './machine.ts'

const MAX_BODY = 64 * 1024

export function get(url: string, options: GetOptions, signal: AbortSignal): Promise<Got> {
  const { headers = {}, ca, anyCertificate = false } = options
  const tls = { rejectUnauthorized: !anyCertificate, ...(ca === undefined ? {} : { ca }) }
  const more = { headers, signal, agent: false, ...tls }
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps(url, more) : requestHttp(url, more)
    request.on('error', reject)
    request.on('response', (response) => {
      let body = ''
      const done = () => {
        resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body })
        request.destroy()
      }
      response.setEncoding('utf8')
      response.on('error', reject)
      response.on('data', (text: string) => {
        body = (body + text).slice(0, MAX_BODY)
        if (body.length === MAX_BODY) done()
      })
      response.on('end', done)
    })
    request.end()
  })
}

const flat = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
