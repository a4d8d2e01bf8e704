import { hash, X509Certificate } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import type { OpenAuthority } from '../authority/authority.ts'
import { mosquittoFiles } from '../broker/mosquitto-config.ts'
import { openOwnAuthority } from './own-authority.ts'
import { BadSettings, type CommandOptions, readSettings } from './settings.ts'

export interface BrokerConfigOptions extends CommandOptions {
  readonly out: string
  readonly host?: readonly string[]
  readonly listen?: string
  readonly port: string
  readonly seenAs?: string
  readonly pidFile?: string
  readonly force?: boolean
}

/** Name of a file to what it holds. */
type Files = Record<string, { readonly text: string; readonly secret?: boolean; readonly ours?: boolean }>

/** Hashes of what this command wrote, so that a file changed by hand is left alone. */
const WRITTEN = '.outrider-written.json'
const RENEW_BEFORE_MS = 30 * 86_400_000

/**
 * Writes everything Mosquitto needs into a folder: configuration, access rules, certificate, revocation list. Run again it
 * renews what is near its end and changes nothing else; a file changed by hand stays unless --force. 2: it did stay.
 */
export async function brokerConfig(kind: string, options: BrokerConfigOptions): Promise<number> {
  if (kind !== 'mosquitto') throw new BadSettings(`no configuration can be written for ${kind}; there is: mosquitto`)
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new BadSettings(`${options.port} is no port`)
  const config = readSettings(options)
  const out = resolve(options.out)
  const dir = options.seenAs ?? out
  if (/\s/.test(dir)) throw new BadSettings(`${dir}: Mosquitto reads no path with spaces`)
  const authority = await openOwnAuthority(config, true, pino({ level: 'silent' }))
  const names = options.host ?? config.enrolment.names ?? [hostname(), 'localhost', '127.0.0.1']
  if (!existsSync(out)) makeFolder(out)
  const files: Files = {
    ...plain(mosquittoFiles({ dir, listen: options.listen, port, pidFile: options.pidFile })),
    'ca.pem': { text: authority.ca },
    ...(await serverFiles(out, authority, names)),
    ...(await listFile(out, authority)),
  }
  const kept = writeAll(out, files, options.force === true)
  for (const name of kept) console.error(`${join(out, name)} was changed by hand and stays; --force replaces it`)
  console.log(WHAT_NEXT(out, dir, names[0] ?? 'localhost', port, options.pidFile))
  return kept.length > 0 ? 2 : 0
}

const plain = (texts: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { text }]))

/** The broker's certificate, while it fits the one that is there. */
async function serverFiles(out: string, authority: OpenAuthority, names: readonly string[]): Promise<Files> {
  const present = readIf(join(out, 'server.pem'))
  const key = readIf(join(out, 'server.key'))
  if (present !== undefined && key !== undefined && isGood(present, authority, names))
    return { 'server.pem': { text: present, ours: true }, 'server.key': { text: key, secret: true, ours: true } }
  const made = await authority.issueServer(names, Date.now())
  return { 'server.pem': { text: made.certificate }, 'server.key': { text: made.key, secret: true } }
}

function isGood(pem: string, authority: OpenAuthority, names: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(pem)
    return (
      Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE_MS &&
      certificate.verify(new X509Certificate(authority.ca).publicKey) &&
      names.every((n) => (isIP(n) ? certificate.checkIP(n) : certificate.checkHost(n)) !== undefined)
    )
  } catch {
    return false
  }
}

/** An empty list where there is none: Mosquitto does not start without; the running collector keeps it up to date. */
async function listFile(out: string, authority: OpenAuthority): Promise<Files> {
  const present = readIf(join(out, 'crl.pem'))
  return { 'crl.pem': { text: present ?? (await authority.crl([], Date.now())), ours: true } }
}

/** Writes what differs; names of the files that stay because a person changed them. */
function writeAll(out: string, files: Files, force: boolean): string[] {
  const { uid, gid } = statSync(out)
  // the folder's group is the broker's when it is not simply ours
  const shared = gid !== process.getgid?.()
  const written = JSON.parse(readIf(join(out, WRITTEN)) ?? '{}') as Record<string, string>
  const kept: string[] = []
  for (const [name, { text, secret, ours }] of Object.entries(files)) {
    const path = join(out, name)
    const present = readIf(path)
    const changed = present !== undefined && !ours && written[name] !== hashOf(present) && present !== text
    if (changed && !force) {
      kept.push(name)
      continue
    }
    written[name] = hashOf(text)
    if (present === text) continue
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    // the broker runs as another user, whatever our umask
    chmodSync(`${path}.new`, !secret ? 0o644 : shared ? 0o640 : 0o600)
    if (process.getuid?.() === 0) chownSync(`${path}.new`, uid, gid)
    renameSync(`${path}.new`, path)
  }
  writeFileSync(join(out, WRITTEN), `${JSON.stringify(written, null, 2)}\n`)
  return kept
}

/** Only for the broker's group, when there is one and it can be given. */
function makeFolder(out: string): void {
  mkdirSync(out, { recursive: true, mode: 0o750 })
  const line = process.getuid?.() === 0 ? readIf('/etc/group')?.match(/^mosquitto:[^:]*:(\d+):/m) : undefined
  if (!line) return
  chownSync(out, 0, Number(line[1]))
  chmodSync(out, 0o750)
}

const readIf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

const hashOf = (text: string): string => hash('sha256', text)

const WHAT_NEXT = (
  out: string,
  dir: string,
  name: string,
  port: number,
  pidFile: string | undefined,
) => `written to ${out}
start it:         mosquitto -c ${dir}/mosquitto.conf
collector.yaml:   broker:
                    url: mqtts://${name}:${port}
                    certificate: own
                    crlFile: ${out}/crl.pem${pidFile === undefined ? '' : `\n                    reloadPidFile: ${pidFile}`}
                  enrolment:
                    brokerUrl: mqtts://${name}:${port}
read new lists:   ${
  pidFile === undefined
    ? `install ${out}/outrider-mosquitto-reload.{path,service} into /etc/systemd/system and enable the path`
    : `the collector sends SIGHUP to the process in ${pidFile}`
}`
