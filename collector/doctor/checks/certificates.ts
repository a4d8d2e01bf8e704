// The certificate of the console: read, with its key, for the right names, and for how long.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { addressOf } from '#shared/doctor/address.ts'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { CollectorCheck } from '../doctor.ts'
import type { MessageId } from '../words.ts'

const SOON_MS = 21 * 86_400_000

export const certificateCheck: CollectorCheck = {
  name: 'certificates',
  async run({ config, machine }) {
    const { tls, publicUrl, host } = config.http
    if (tls === undefined) {
      const exposed = !['127.0.0.1', '::1', 'localhost'].includes(host) && config.http.trustedProxies.length === 0
      return [{ id: exposed ? 'tls-none' : 'tls-not-needed' }]
    }
    if (tls === 'own') return [{ id: 'tls-own' }]
    const read = (path: string) => {
      try {
        return machine.read(path)
      } catch (error) {
        return error as NodeJS.ErrnoException
      }
    }
    const [cert, key] = [read(tls.certFile), read(tls.keyFile)]
    if (cert instanceof Error)
      return [{ id: 'certificate-unreadable', params: { file: tls.certFile, problem: cert.message } }]
    if (key instanceof Error)
      return [{ id: 'certificate-unreadable', params: { file: tls.keyFile, problem: key.message } }]
    const found = judge(cert, key, tls.certFile, publicUrl, machine.now())
    const mode = machine.stat(tls.keyFile)?.mode ?? 0
    if ((mode & 0o007) !== 0)
      found.push({ id: 'file-open-to-others', params: { file: tls.keyFile, mode: mode.toString(8) } })
    return found
  },
}

function judge(
  cert: string,
  key: string,
  file: string,
  publicUrl: string | undefined,
  now: number,
): Finding<MessageId>[] {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(cert)
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return [{ id: 'certificate-other-key', params: { file } }]
  } catch (error) {
    return [{ id: 'certificate-unreadable', params: { file, problem: (error as Error).message } }]
  }
  const until = certificate.validToDate.getTime()
  const params = {
    file,
    until: certificate.validToDate.toISOString().slice(0, 16),
    days: Math.floor((until - now) / 86_400_000),
  }
  if (now > until) return [{ id: 'certificate-expired', params }]
  if (now < certificate.validFromDate.getTime())
    return [{ id: 'certificate-not-yet', params: { file, from: certificate.validFromDate.toISOString() } }]
  const found: Finding<MessageId>[] = []
  const name = publicUrl === undefined ? undefined : addressOf(publicUrl).host
  if (name !== undefined && !(isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
    found.push({
      id: 'certificate-other-name',
      params: { file, name, names: certificate.subjectAltName ?? certificate.subject },
    })
  found.push({ id: until - now < SOON_MS ? 'certificate-ends-soon' : 'certificate-good', params })
  return found
}
