// Chat robots and an SMS gateway that answer like the real ones: under HTTP 200 with a code in the body, with a signature that is
// checked, with limits of size and rate.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RobotName = 'wecom' | 'dingtalk' | 'feishu' | 'slack' | 'sms'
export type How = 'accept' | 'later' | 'never' | 'echo-secrets' | 'hang-up' | 'too-fast' | 'unknown-robot'

export interface Provider {
  readonly url: string
  readonly secrets: readonly string[]
  received(): readonly { readonly key: string; readonly text: string; readonly body: Record<string, unknown> }[]
  answer(how: How): void
  stop(): Promise<void>
}

const TOKEN = 'robot-key-0123456789abcdef'
export const SIGNING = 'SEC-signing-secret-42'

/** Starts the provider on loopback. */
export async function startProvider(name: RobotName): Promise<Provider> {
  let how: How = 'accept'
  const received: { key: string; text: string; body: Record<string, unknown> }[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (how === 'hang-up') return request.socket.destroy()
      const raw = Buffer.concat(parts).toString('utf8')
      const body = JSON.parse(raw) as Record<string, unknown>
      const said = answerOf(name, how, request, body, raw)
      if (said.taken) received.push({ key: String(request.headers['idempotency-key']), text: shown(name, body), body })
      response.writeHead(said.status, { 'content-type': said.type ?? 'application/json', ...said.headers })
      response.end(how === 'echo-secrets' ? `${TOKEN} ${SIGNING} ${request.url} ${raw}` : said.text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const path = {
    wecom: `/cgi-bin/webhook/send?key=${TOKEN}`,
    dingtalk: `/robot/send?access_token=${TOKEN}`,
    feishu: `/open-apis/bot/v2/hook/${TOKEN}`,
    slack: `/services/T000/B000/${TOKEN}`,
    sms: '/v1/messages',
  }[name]
  return {
    url: `http://127.0.0.1:${port}${path}`,
    secrets: name === 'sms' ? [SIGNING] : name === 'wecom' || name === 'slack' ? [TOKEN] : [TOKEN, SIGNING],
    received: () => received,
    answer: (next) => {
      how = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Said {
  readonly status: number
  readonly text: string
  readonly taken: boolean
  readonly type?: string
  readonly headers?: Record<string, string>
}

const json = (value: object, taken = false, status = 200): Said => ({ status, text: JSON.stringify(value), taken })

function answerOf(
  name: RobotName,
  how: How,
  request: IncomingMessage,
  body: Record<string, unknown>,
  raw: string,
): Said {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (name === 'wecom') {
    const { content = '' } = (body.markdown ?? {}) as { content?: string }
    if (how === 'too-fast') return json({ errcode: 45009, errmsg: 'api freq out of limit' })
    if (how === 'later') return json({ errcode: -1, errmsg: 'system busy' })
    if (how === 'unknown-robot' || url.searchParams.get('key') !== TOKEN)
      return json({ errcode: 93000, errmsg: 'invalid webhook url' })
    if (how === 'never' || Buffer.byteLength(content) > 4096)
      return json({ errcode: 40058, errmsg: 'markdown.content exceed max length 4096' })
    return json({ errcode: 0, errmsg: 'ok' }, true)
  }
  if (name === 'dingtalk') {
    const timestamp = url.searchParams.get('timestamp') ?? ''
    const sign = createHmac('sha256', SIGNING).update(`${timestamp}\n${SIGNING}`).digest('base64')
    if (how === 'too-fast') return json({ errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' })
    if (how === 'later') return json({ errcode: -1, errmsg: 'system busy' })
    if (Math.abs(Date.now() - Number(timestamp)) > 3_600_000 || url.searchParams.get('sign') !== sign)
      return json({ errcode: 310000, errmsg: 'sign not match' })
    if (how === 'unknown-robot') return json({ errcode: 300005, errmsg: 'token is not exist' })
    if (how === 'never' || Buffer.byteLength(raw) > 20_000) return json({ errcode: 460101, errmsg: 'message too long' })
    return json({ errcode: 0, errmsg: 'ok' }, true)
  }
  if (name === 'feishu') {
    const { timestamp, sign } = body as { timestamp?: string; sign?: string }
    const right = createHmac('sha256', `${timestamp}\n${SIGNING}`).update('').digest('base64')
    if (how === 'too-fast') return json({ code: 11232, msg: 'frequency limited', data: {} })
    if (how === 'later') return json({ code: 99991400, msg: 'request trigger frequency limit' }, false, 400)
    if (sign !== right || Math.abs(Date.now() / 1000 - Number(timestamp)) > 3600)
      return json({ code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' })
    if (how === 'unknown-robot')
      return json({ code: 19001, msg: 'param invalid: incoming webhook access token invalid' })
    if (how === 'never' || Buffer.byteLength(raw) > 20_480) return json({ code: 9499, msg: 'Bad Request', data: {} })
    return json({ StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }, true)
  }
  if (name === 'slack') {
    const plain = (status: number, text: string, taken = false, headers = {}): Said => ({
      ...{ status, text, taken, headers, type: 'text/plain' },
    })
    if (how === 'too-fast') return plain(429, 'rate_limited', false, { 'retry-after': '30' })
    if (how === 'later') return plain(500, 'rollup_error')
    if (how === 'unknown-robot' || !url.pathname.endsWith(TOKEN)) return plain(404, 'no_service')
    if (how === 'never') return plain(400, 'invalid_payload')
    return plain(200, 'ok', true)
  }
  if (how === 'too-fast') return json({ error: 'slow down' }, false, 429)
  if (how === 'later') return json({ status: 'busy' })
  if (how === 'never') return json({ error: 'bad number' }, false, 400)
  if (request.headers.authorization !== `Bearer ${SIGNING}`) return json({ error: 'who are you' }, false, 401)
  return json({ status: 'queued' }, true)
}

/** What people see. */
function shown(name: RobotName, body: Record<string, unknown>): string {
  const text = {
    wecom: () => (body.markdown as { content: string }).content,
    dingtalk: () => (body.markdown as { text: string }).text,
    feishu: () => (body.content as { text: string }).text,
    slack: () => (body.text as string).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    sms: () => body.text as string,
  }[name]()
  return text.replaceAll('\u200b', '')
}
