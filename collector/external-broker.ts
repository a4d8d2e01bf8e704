// A broker by its address: how to reach it, how the collector shows who it is, and how a revoked agent is cut off it.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Logger } from 'pino'
import type { BrokerAddress, ClientCertificate } from './agent-link/agent-link.ts'
import { createEviction } from './agent-link/eviction.ts'
import type { OpenAuthority } from './authority/authority.ts'
import { createServerCertificate } from './authority/server-certificate.ts'
import { COLLECTOR_NAME } from './broker/mosquitto-config.ts'
import { createRevocationFile } from './broker/revocation-file.ts'
import { renewServerFiles } from './broker/server-files.ts'
import type { Identities } from './brokers.ts'
import type { CollectorConfig } from './config/config.ts'

const LIST_AGAIN_MS = 24 * 3_600_000
/** How long the broker may take to read the list before that is said; and how often it is asked. */
const LATE_MS = 60_000
const ASK_MS = 2000
const CANARY = 'outrider.canary'

export interface ExternalBroker {
  readonly address: BrokerAddress
  /** Writes the list, cuts off who was revoked meanwhile. */
  start(): void
  stop(): Promise<void>
  /** When the broker was last seen to refuse what is on the list, wall ms; 0: never. */
  listInEffectAt(): number
}

/** How to reach the broker that the settings name; `certificate`: what is shown with `certificate: own`. */
export function externalAddress(
  { broker }: CollectorConfig,
  authority: Pick<OpenAuthority, 'ca'>,
  own: () => ClientCertificate | undefined,
) {
  const { url = '', username, password, certificate } = broker
  const isOwn = certificate === 'own'
  const ca = broker.caFile === undefined ? (isOwn ? authority.ca : undefined) : readFileSync(broker.caFile, 'utf8')
  const fromFiles = typeof certificate === 'object' ? certificate : undefined
  const shown = (): ClientCertificate | undefined =>
    fromFiles
      ? { certificate: readFileSync(fromFiles.certFile, 'utf8'), key: readFileSync(fromFiles.keyFile, 'utf8') }
      : own()
  return {
    kind: 'external' as const,
    url,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate: shown }),
  }
}

/** A broker by its address, and how to cut agents off it. */
export async function openExternalBroker(
  config: CollectorConfig,
  identities: Identities,
  log: Logger,
): Promise<ExternalBroker> {
  const { broker } = config
  const { authority } = identities
  const issue = (name: string) => authority.issueClient(name, Date.now())
  const own = broker.certificate === 'own' ? keptClientCertificate(config, authority, log) : undefined
  await own?.check()
  const address = externalAddress(config, authority, () => own?.current())
  const { url, ca } = address
  const eviction = createEviction({ url, ca: ca ?? authority.ca, certificateOf: issue, log })
  // a broker that knows our authority
  const knowsUs = broker.certificate === 'own' || broker.crlFile !== undefined
  const takesCertificates = knowsUs && /^(mqtts|wss):/.test(url) && authority.problem === undefined
  let canary: ClientCertificate | undefined
  let writtenAt = 0
  let inEffectAt = 0
  let asking = false
  let late = false
  const file =
    broker.crlFile === undefined
      ? undefined
      : createRevocationFile({
          file: broker.crlFile,
          pidFile: broker.reloadPidFile,
          log,
          async list() {
            // one certificate that only the list makes worthless: whoever refuses it has read the list
            const made = await issue(CANARY)
            const now = Date.now()
            const serial = new X509Certificate(made.certificate).serialNumber
            const text = await authority.crl([...identities.revokedSerials(), { serial, at: now }], now)
            canary = made
            inEffectAt = 0
            writtenAt = now
            return text
          },
        })
  const write = (): void => void file?.write()
  const daily = async (): Promise<void> => {
    // both are read again at the same signal
    if (broker.crlFile !== undefined)
      await renewServerFiles(dirname(broker.crlFile), authority, Date.now()).then(
        (made) => made && log.info("the broker's certificate was made anew"),
        (error: unknown) => log.error({ err: error }, "the broker's certificate could not be renewed"),
      )
    write()
  }
  const look = async (): Promise<void> => {
    const shown = canary
    if (!shown || inEffectAt > 0) return
    const lets = await eviction.tryCertificate(CANARY, shown)
    if (shown !== canary) return
    if (lets === false) {
      inEffectAt = Date.now()
      for (const { id } of identities.agents()) eviction.release(id)
      log.info({ after: inEffectAt - writtenAt }, 'the broker knows the revocation list')
      late = false
    } else if (lets && !late && Date.now() - writtenAt > LATE_MS) {
      late = true
      log.error('the broker has not read the revocation list; see docs/brokers.md. Sessions of revoked agents are held')
    }
  }
  let timers: NodeJS.Timeout[] = []
  return {
    address,
    start() {
      if (!takesCertificates) return
      const cutOff = (agent: string) => eviction.evict(agent)
      identities.onRevoked((agent) => {
        write()
        cutOff(agent)
      })
      identities.onRevocations(() => {
        for (const { id } of identities.agents()) if (identities.isTrusted(id)) eviction.release(id)
        write()
      })
      void daily()
      for (const { id } of identities.agents()) if (!identities.isTrusted(id)) cutOff(id)
      timers = [
        setInterval(() => void daily(), LIST_AGAIN_MS),
        setInterval(() => {
          if (asking) return
          asking = true
          look()
            .catch((error: unknown) => log.debug({ err: error }, 'the broker could not be asked about the list'))
            .finally(() => {
              asking = false
            })
        }, ASK_MS),
        setInterval(() => void own?.check(), LATE_MS),
      ]
      for (const timer of timers) timer.unref()
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await eviction.stop()
    },
    listInEffectAt: () => inEffectAt,
  }
}

/** The collector's own name at that broker, kept over restarts: it signs in also while the authority's key is away. */
function keptClientCertificate(config: CollectorConfig, authority: OpenAuthority, log: Logger) {
  return createServerCertificate({
    file: resolve(config.dataDir, 'keys', 'broker-client.pem'),
    names: [COLLECTOR_NAME],
    authority: { ca: authority.ca, issueServer: (_names, now) => authority.issueClient(COLLECTOR_NAME, now) },
    now: Date.now,
    log,
  })
}
