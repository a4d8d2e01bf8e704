// The certificate of the collector's own servers: kept over restarts, renewed long before it ends.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Logger } from 'pino'
import type { Authority, HeldCertificate } from './authority.ts'
import { writeWhole } from './key-files.ts'

/** A held certificate that is renewed while the collector runs. */
export interface ServerCertificate {
  /** Certificate, then the authority's (PEM), and key; undefined while none could be made. */
  current(): HeldCertificate | undefined
  /** Calls `listener` with each new certificate: give it to tls.Server.setSecureContext. */
  onChange(listener: (held: HeldCertificate) => void): void
}

export interface ServerCertificateOptions {
  /** Where it is kept: key and certificates, PEM. Not sealed: who lost the sealing key still reaches the console. */
  readonly file: string
  readonly names: readonly string[]
  readonly authority: Pick<Authority, 'ca' | 'issueServer'>
  readonly now: () => number
  readonly log: Logger
}

/** Renewed when less than this is left. */
const RENEW_BEFORE_MS = 30 * 86_400_000

/** `check()` makes or renews it when it is time; call it at the start and now and then. It never rejects. */
export function createServerCertificate(
  options: ServerCertificateOptions,
): ServerCertificate & { check(): Promise<void> } {
  const { file, names, authority, now, log } = options
  const listeners: ((held: HeldCertificate) => void)[] = []
  let held: HeldCertificate | undefined
  let failing = false

  const isGood = (one: HeldCertificate): boolean => {
    const certificate = new X509Certificate(one.certificate)
    return (
      one.notAfter - now() > RENEW_BEFORE_MS &&
      Date.parse(certificate.validFrom) <= now() &&
      one.certificate.endsWith(authority.ca) &&
      names.every((n) => (isIP(n) ? certificate.checkIP(n) : certificate.checkHost(n)) !== undefined)
    )
  }
  const read = (): HeldCertificate | undefined => {
    if (!existsSync(file)) return undefined
    try {
      const text = readFileSync(file, 'utf8')
      const start = text.indexOf('-----BEGIN CERTIFICATE-----')
      const [key, certificate] = [text.slice(0, start), text.slice(start)]
      const first = new X509Certificate(certificate)
      if (!first.checkPrivateKey(createPrivateKey(key))) throw new Error('the key is of another certificate')
      return { certificate, key, notAfter: first.validToDate.getTime() }
    } catch (error) {
      if (!failing) log.warn({ err: error }, "the collector's own certificate could not be read back; it is made anew")
      return undefined
    }
  }
  return {
    current: () => held,
    onChange: (listener) => void listeners.push(listener),
    async check() {
      try {
        held ??= read()
        if (held && isGood(held)) return
        const made = await authority.issueServer(names, now())
        held = made
        failing = false
        for (const listener of listeners) listener(made)
        writeWhole(file, made.key + made.certificate)
        log.info({ names, notAfter: made.notAfter }, "the collector's own certificate was made")
      } catch (error) {
        if (!failing) log.error({ err: error }, "the collector's own certificate could not be made or kept")
        failing = true
      }
    },
  }
}
