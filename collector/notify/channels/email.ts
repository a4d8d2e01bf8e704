// E-mail through an SMTP server. The Message-ID comes from the key, so repeats thread onto (or collapse into) one mail.
import { hash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { EmailConfig } from '../../config/channel-config.ts'
import type { Channel, Delivery } from '../channel.ts'

/** Channel of kind `email`. Text only: device text never becomes HTML. */
export function createEmail(config: EmailConfig): Channel {
  const { server } = config
  const domain = config.from.split('@')[1] ?? 'outrider.invalid'
  const secrets = [server.password?.reveal()].filter((s) => s !== undefined)
  return {
    id: config.id,
    kind: config.kind,
    enabled: config.enabled,
    language: config.language,
    on: config.on,
    template: config.template,
    target: config.to.join(', '),
    storm: config.storm,
    async send(message, signal) {
      const transport = createTransport({
        host: server.host,
        port: server.port,
        secure: server.secure,
        requireTLS: !server.secure && !server.plain,
        ignoreTLS: server.plain,
        ...(server.username ? { auth: { user: server.username, pass: server.password?.reveal() ?? '' } } : {}),
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      const abort = () => transport.close()
      signal.addEventListener('abort', abort)
      try {
        const info = await transport.sendMail({
          from: config.from,
          to: message.address ?? config.to,
          subject: message.subject,
          text: message.text,
          messageId: `<${hash('sha256', message.key, 'hex').slice(0, 40)}@${domain}>`,
          headers: { 'X-Outrider-Key': message.key, 'Auto-Submitted': 'auto-generated' },
        })
        return { state: 'sent', answer: clean(String(info.response ?? 'accepted'), secrets) }
      } catch (error) {
        return judge(error as SmtpError, secrets)
      } finally {
        signal.removeEventListener('abort', abort)
        transport.close()
      }
    },
  }
}

interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
}

/** RFC 5321 4.2.1: 5yz is permanent. A refused sign-in is not: somebody may put the password right. */
function judge(error: SmtpError, secrets: readonly string[]): Delivery {
  const answer = clean(error.response ?? error.code ?? error.name, secrets)
  const permanent = (error.responseCode ?? 0) >= 500 && error.code !== 'EAUTH'
  return { state: permanent ? 'failed' : 'retry', answer }
}

function clean(text: string, secrets: readonly string[]): string {
  let result = text.replace(/\p{Cc}+/gu, ' ')
  for (const secret of secrets)
    for (const form of [secret, Buffer.from(secret).toString('base64')]) result = result.replaceAll(form, '[secret]')
  return result.slice(0, 300)
}
