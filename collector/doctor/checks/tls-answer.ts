// What a server's certificate says of its own end.
import { X509Certificate } from 'node:crypto'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { MessageId } from '../words.ts'

const SOON_MS = 21 * 86_400_000

export function expiryFinding(pem: string, where: string, now: number): Finding<MessageId>[] {
  if (pem === '') return []
  const until = new X509Certificate(pem).validToDate
  const left = until.getTime() - now
  if (left > SOON_MS) return []
  const params = { where, until: until.toISOString().slice(0, 16), days: Math.max(0, Math.floor(left / 86_400_000)) }
  return [{ id: 'server-certificate-ends-soon', params }]
}
