import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { createEmail } from '#collector/notify/channels/email.ts'
import { createWebhook } from '#collector/notify/channels/webhook.ts'
import { secretOf } from '#shared/config/secret.ts'
import { channelContract } from './channel.contract.ts'

const base = { enabled: true, language: 'en' as const, on: ['opened' as const], template: undefined }

channelContract('webhook', async () => {
  let how = 'accept'
  const received: { key: string; text: string }[] = []
  const secrets = ['sekrit-hmac-key', 'path-token-123']
  const server = createHttp((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      if (how === 'hang-up') return request.socket.destroy()
      received.push({ key: String(request.headers['idempotency-key']), text: JSON.parse(body).text })
      response.statusCode = how === 'accept' ? 204 : how === 'later' ? 503 : 400
      response.end(how === 'accept' ? undefined : `${secrets.join(' ')} ${request.url}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/hook/path-token-123`
  const secret = secretOf('sekrit-hmac-key')
  const channel = createWebhook({ kind: 'webhook', id: 'w', ...base, url, secret, allowPrivate: true })
  return {
    channel,
    secrets,
    received: () => received,
    answer: (next) => {
      how = next
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
})

channelContract('email', async () => {
  let how = 'accept'
  const received: { key: string; text: string }[] = []
  const sockets = new Set<Socket>()
  const secrets = ['mail-password-9']
  const server = createTcp((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (how === 'hang-up') return socket.destroy()
    let text = ''
    let inData = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 test')
    socket.on('data', (part) => {
      text += part.toString('utf8')
      for (;;) {
        const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const piece = text.slice(0, end)
        text = text.slice(end + (inData ? 5 : 2))
        if (inData) {
          inData = false
          received.push({ key: /X-Outrider-Key: (\S+)/i.exec(piece)?.[1] ?? '', text: piece })
          say('250 queued')
        } else if (/^EHLO/.test(piece)) socket.write('250-test\r\n250 AUTH PLAIN\r\n')
        else if (/^AUTH/.test(piece)) say('235 yes')
        else if (/^RCPT/.test(piece) && how === 'later') say('451 later')
        else if (/^RCPT/.test(piece) && how !== 'accept')
          say(`550 no, ${secrets[0]} ${Buffer.from(secrets[0] as string).toString('base64')}`)
        else if (/^DATA/.test(piece)) {
          inData = true
          say('354 go on')
        } else say('250 ok')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const channel = createEmail({
    kind: 'email',
    id: 'm',
    ...base,
    server: {
      host: '127.0.0.1',
      port,
      secure: false,
      plain: true,
      username: 'outrider',
      password: secretOf('mail-password-9'),
    },
    from: 'outrider@example.net',
    to: ['noc@example.net'],
  })
  return {
    channel,
    secrets,
    received: () => received,
    answer: (next) => {
      how = next
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
})
