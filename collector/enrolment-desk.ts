// The enrolment desk: tokens, requests, certificates and what becomes of them, put together with the authority, the turns
// and the store. What broker, API and judgement need to know about an agent's identity, they ask here.
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Site } from '#shared/domain/inventory.ts'
import type { RenewalAnswer } from '#shared/wire/identity.ts'
import { createAuthority, type OpenAuthority } from './authority/authority.ts'
import { type MasterKey, masterKeyOf, openMasterKeyFile } from './authority/master-key.ts'
import { createServerCertificate, type ServerCertificate } from './authority/server-certificate.ts'
import type { CollectorConfig } from './config/config.ts'
import { createCloneWatch } from './enrolment/clone-watch.ts'
import { createEnrolment, type Enrolment, refusalOf } from './enrolment/enrolment.ts'
import type { EnrolmentCommit, EnrolmentStore } from './enrolment/enrolment-store.ts'
import type { Fork, IngestGroup, Turns } from './ingest/evaluation.ts'
import type { Inventory } from './inventory/inventory.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface EnrolmentDesk {
  /** The own authority; every issue*() rejects with AuthorityUnavailable while its key cannot be used. */
  readonly authority: OpenAuthority
  /** What people and agents do: tokens, requests, decisions, renewals, revocations. */
  readonly enrolment: Enrolment
  /** The certificate of the collector's own servers (API, broker). */
  readonly server: ServerCertificate
  /**
   * May a connection with this certificate (serial: upper-case hex) act as this agent now? Synchronous, from memory.
   * False for revoked and quarantined agents, for superseded certificates after their grace, and for strangers.
   */
  isAdmitted(agent: string, serial: string): boolean
  /** Calls `listener` at once when an agent is revoked or quarantined: end its connection. */
  onRevoked(listener: (agent: string) => void): void
  /** Calls `listener` when revokedSerials() has changed, also after a release: write the new CRL. */
  onRevocations(listener: () => void): void
  /** For the revocation list: serials that have not expired by themselves. */
  revokedSerials(): { readonly serial: string; readonly at: number }[]
  /** Enrolled agents, revoked ones too, with their sites. */
  agents(): readonly { readonly id: string; readonly site: string; readonly refused: string | null }[]
  /** False for an agent whose identity is revoked or quarantined: nothing is taken from it. True for agents of the file. */
  isTrusted(agent: string): boolean
  /** up/identity: a renewal. Returns at once; false when there was no room. */
  onIdentity(agent: string, payload: Uint8Array): boolean
  /** The group with agents of which two run added to its forks; these are quarantined. */
  watched(group: IngestGroup): IngestGroup
  /** Where agents reach the API. */
  url(): string
  /** Every second: what has become too old goes, the server's certificate is renewed. */
  step(): void
  /** Renewals by what became of them: renewed, refused, repeated; dropped: unreadable, too-often, not-sent. */
  counters(): Readonly<Record<string, number>>
}

export interface EnrolmentDeskDeps {
  readonly config: CollectorConfig
  /** Data folder. */
  readonly dir: string
  readonly store: EnrolmentStore
  readonly turns: () => Turns<ChangeSet>
  readonly inventory: () => Inventory
  readonly site: (id: string) => Site | undefined
  readonly commandKey: string
  readonly publish: (agent: string, answer: RenewalAnswer) => Promise<boolean>
  readonly now: () => number
  readonly log: Logger
}

/** Renewals that may wait for an answer. */
const MAX_RENEWALS = 5000
const SWEEP_SECONDS = 30
/** Renewals an agent may ask for in a minute, answered or not: each costs a check of a signature. */
const ASKS_PER_MINUTE = 12
/** A clone that goes on is reported again so often, ms: its alarm stands for an hour after the last report. */
const SAY_AGAIN_MS = 1_800_000

/** Opens authority and identities; rejects only when the database cannot be read. */
export async function openEnrolmentDesk(deps: EnrolmentDeskDeps): Promise<EnrolmentDesk> {
  const { config, dir, now, log } = deps
  const authority = await openAuthority(config, dir, now(), log)
  const names = namesOf(config)
  const file = join(dir, 'keys', 'server.pem')
  const server = createServerCertificate({ file, names, authority, now, log })
  await server.check()

  const configured = new Map(config.agents.map((a) => [a.id, a.site]))
  const enrolment = createEnrolment({
    authority,
    store: deps.store,
    commit: commitOf(deps),
    site: deps.site,
    siteOf: (agent) => configured.get(agent) ?? deps.inventory().agent(agent)?.site,
    brokerUrl: (host) => brokerUrlOf(config, host),
    commandKey: deps.commandKey,
    seesUse: config.broker.url === undefined,
    certificateMs: config.enrolment.certificateDays * 86_400_000,
    now,
    log,
  })
  enrolment.load()

  const counts: Record<string, number> = {}
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const renewing = new Set<string>()
  const asks = new Map<string, number>()
  const certificateMs = config.enrolment.certificateDays * 86_400_000
  const sweepSeconds = Math.max(1, Math.min(SWEEP_SECONDS, Math.floor(certificateMs / 24_000)))
  const watch = createCloneWatch()
  const said = new Map<string, number>()
  let seconds = 0

  const quarantine = (agent: string, reason: string): void => {
    if (enrolment.identity(agent)?.state !== 'active') return
    enrolment.quarantine(agent, reason).then(
      (result) => {
        if (!result.ok) return
        // when it is released, what was seen before says nothing any more
        watch.forget(agent)
        said.delete(agent)
        log.error({ agent, reason }, 'an agent was quarantined')
      },
      (error: unknown) => log.error({ err: error, agent }, 'an agent could not be quarantined; tried again'),
    )
  }
  const answer = async (agent: string, payload: Uint8Array): Promise<void> => {
    const result = await enrolment.renew(agent, payload)
    if (!result) return count('unreadable')
    count(result.kind === 'certificate' ? 'renewed' : 'refused')
    if (!(await deps.publish(agent, result))) count('not-sent')
  }

  return {
    authority,
    enrolment,
    server,
    isAdmitted: enrolment.isAdmitted,
    onRevoked: enrolment.onCut,
    onRevocations: enrolment.onList,
    revokedSerials: enrolment.revokedSerials,
    agents: enrolment.agents,
    isTrusted: enrolment.isTrusted,
    onIdentity(agent, payload) {
      if (renewing.size >= MAX_RENEWALS) return false
      if (renewing.has(agent)) {
        count('repeated')
        return true
      }
      const asked = (asks.get(agent) ?? 0) + 1
      asks.set(agent, asked)
      if (asked > ASKS_PER_MINUTE) {
        count('too-often')
        return true
      }
      renewing.add(agent)
      answer(agent, payload)
        .catch((error: unknown) => log.error({ err: error, agent }, 'a renewal failed'))
        .finally(() => renewing.delete(agent))
      return true
    },
    watched(group) {
      const forks: Fork[] = []
      for (const p of group.presence) {
        if (p.kind === 'gone' || p.hello.instance === undefined) continue
        const { agent, mono, hello } = p
        const reason = watch.see({ agent, instance: hello.instance as string, mono: hello.mono, at: mono })
        if (reason === undefined) continue
        quarantine(agent, reason)
        if (mono - (said.get(agent) ?? -Infinity) < SAY_AGAIN_MS) continue
        said.set(agent, mono)
        forks.push({ agent, reason, batch: false })
      }
      for (const fork of group.forks) if (fork.batch) quarantine(fork.agent, fork.reason)
      return forks.length === 0 ? group : { ...group, forks: [...group.forks, ...forks] }
    },
    url: () => apiUrlOf(config),
    step() {
      if (++seconds % 60 === 0) asks.clear()
      if (seconds % sweepSeconds !== 0) return
      enrolment.sweep().catch((error: unknown) => log.warn({ err: error }, 'old enrolments could not be put away'))
      void server.check()
    },
    counters: () => ({ ...counts }),
  }
}

/** Each step is a turn with its audit entry; an agent that is new, cut off or let in again is so in the inventory too. */
function commitOf({ turns, inventory }: EnrolmentDeskDeps): EnrolmentCommit {
  return (writes, entry) =>
    turns().run((at) => {
      const changes = emptyChangeSet()
      changes.enrolment.push(...writes)
      if (entry) changes.audit.push({ at, ...entry })
      for (const w of writes) {
        if (w.kind !== 'identity') continue
        const { agent, site } = w.identity
        changes.agents.push(inventory().adopt(agent, site, refusalOf(w.identity)))
      }
      return { changes, value: undefined }
    })
}

/** What the API serves HTTPS with; undefined: plain HTTP. Throws when there is nothing to serve it with. */
export function apiTls({ http: { tls } }: CollectorConfig, server: ServerCertificate) {
  if (tls === undefined) return undefined
  if (tls !== 'own') return { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') }
  const held = server.current()
  if (!held) throw new Error('http.tls is `own`, and the own authority cannot make a certificate: see the log above')
  return {
    cert: held.certificate,
    key: held.key,
    onChange: (listener: (next: { cert: string; key: string }) => void) =>
      server.onChange((next) => listener({ cert: next.certificate, key: next.key })),
  }
}

/** Port of the broker as agents find it over TLS. */
function brokerPortOf({ broker }: CollectorConfig): number {
  if (broker.url === undefined) return broker.embedded.tls.port
  const { protocol, port } = new URL(broker.url)
  return protocol === 'mqtts:' && port !== '' ? Number(port) : 8883
}

/** The authority of a data folder, made when there is none; also for commands beside a collector that runs. */
export function openAuthority(config: CollectorConfig, dir: string, now: number, log: Logger): Promise<OpenAuthority> {
  const agentDays = config.enrolment.certificateDays
  const master = (mayMake: boolean) => masterOf(config, dir, mayMake)
  return createAuthority({ dir: join(dir, 'keys'), master, agentDays, now, log })
}

/** Where agents reach the API. */
export function apiUrlOf(config: CollectorConfig): string {
  const { publicUrl, tls, port } = config.http
  return publicUrl ?? `http${tls ? 's' : ''}://${bracketed(namesOf(config)[0])}:${port}`
}

/**
 * Where agents find the broker. By the name they reached the API by when it stands in our certificate, which the broker shows too;
 * a proxy's name does not.
 */
export function brokerUrlOf(config: CollectorConfig, host: string | null): string {
  const names = namesOf(config)
  const asked = host?.replace(/^\[|\]$/g, '').toLowerCase()
  const name = names.find((n) => n.toLowerCase() === asked) ?? names[0]
  return config.enrolment.brokerUrl ?? `mqtts://${bracketed(name)}:${brokerPortOf(config)}`
}

/** Names sites reach the collector by; by default this machine's name and addresses, those others can reach first. */
export function namesOf(config: CollectorConfig): readonly string[] {
  const { names } = config.enrolment
  return names && names.length > 0 ? names : localNames()
}

function masterOf(config: CollectorConfig, dir: string, mayMake: boolean): MasterKey {
  const given = config.enrolment.sealKey?.reveal()
  return given === undefined ? openMasterKeyFile(join(dir, 'keys', 'seal.key'), mayMake) : masterKeyOf(given)
}

function localNames(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((a) => !a.internal && !a.address.startsWith('fe80:'))
    .map((a) => a.address)
  return [...new Set([hostname(), ...addresses, 'localhost', '127.0.0.1', '::1'])].slice(0, 64)
}

const bracketed = (host = 'localhost'): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
