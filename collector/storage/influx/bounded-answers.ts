// Requests whose answers cannot grow without end: the client keeps what a server says of an error whole in memory.
import { type ClientRequest, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'

/** InfluxDB 3 says something of every line that is wrong. */
const MAX_BYTES = 16 * 2 ** 20
/** Nobody asked for compression; it grows a thousandfold at most. */
const MAX_COMPRESSED_BYTES = 16 * 2 ** 10

type Request = (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void) => ClientRequest

const bounded =
  (request: Request): Request =>
  (options, onAnswer) =>
    request(options, (answer) => {
      const most = answer.headers['content-encoding'] === undefined ? MAX_BYTES : MAX_COMPRESSED_BYTES
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        if (size <= most || answer.destroyed) return
        // told first: destroying alone is to the client an answer that broke off
        answer.emit('error', new Error('the answer is too large'))
        answer.destroy()
      })
      onAnswer(answer)
    })

/** For `transportOptions` of the client, by the one name under which it takes requests of others. */
export const BOUNDED_ANSWERS = {
  'follow-redirects': { http: { request: bounded(plainRequest) }, https: { request: bounded(secureRequest) } },
}
