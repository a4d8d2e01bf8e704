// The site desk: places and what is kept for them, put together with the turns, the store and the way to the agents.
import { join } from 'node:path'
import type { Logger } from 'pino'
import {
  type ManagedDevice,
  type ManagedSettings,
  SECRET_KEYS,
  type SecretKey,
} from '#shared/devices/managed-device.ts'
import type { Customer, Site } from '#shared/domain/inventory.ts'
import { seal } from '#shared/seal/seal.ts'
import type { Hello } from '#shared/wire/hello.ts'
import type { AgentLink } from './agent-link/agent-link.ts'
import type { CommandKey } from './diagnostics/command-key.ts'
import type { Enrolment } from './enrolment/enrolment.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { ManagedKind, SiteConfigStore } from './site-config/config-store.ts'
import { secretPlace } from './site-config/credential-book.ts'
import { createDelivery } from './site-config/delivery.ts'
import { createPlaces, type Places } from './site-config/places.ts'
import type { BookDeps } from './site-config/result.ts'
import { createSiteConfigBook, type SiteConfigBook } from './site-config/site-config.ts'
import { contentFor, type KeptCredentials, type SiteContent } from './site-config/site-content.ts'
import { openVault } from './site-config/vault.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface SiteDesk {
  readonly places: Places
  readonly book: SiteConfigBook
  /** Whether a device is kept here for a site: somebody is to watch it. */
  isKept(site: string, device: string): boolean
  /** An agent said hello. */
  heard(hello: Hello): void
  /** up/config. False when it had no room. */
  report(agent: string, payload: Uint8Array): boolean
  /** Agents of a site came or went, or got a sealing key; undefined: of any. */
  touch(site?: string): void
  /** Ids of the agents of a site, the one first that watches what names none. */
  agentsOf(site: string): readonly string[]
  /** A credential set with its secrets sealed to an agent; a text says why it cannot be sent. */
  sealedSet(agent: string, site: string, name: string): Readonly<Record<string, unknown>> | string
  /** A secret sealed to an agent, kept nowhere; undefined: it has no key to receive secrets. */
  sealTo(agent: string, secret: string): string | undefined
  /** Every second. */
  step(): void
  counters(): Readonly<Record<string, number>>
  stop(): Promise<void>
}

export interface SiteDeskDeps {
  readonly file: { readonly customers: readonly Customer[]; readonly sites: readonly Site[] }
  readonly store: SiteConfigStore
  readonly dir: string
  readonly turns: () => Turns<ChangeSet>
  /** Agents there are, of the file and enrolled. */
  readonly agents: () => readonly { readonly id: string; readonly site: string }[]
  readonly agent: (id: string) => { readonly site: string } | undefined
  readonly identities: () => Pick<Enrolment, 'sealingKey' | 'identity'>
  readonly key: Pick<CommandKey, 'publicKey' | 'signText'>
  readonly link: () => AgentLink
  readonly isOnline: (agent: string) => boolean
  readonly now: () => number
  readonly log: Logger
}

export function createSiteDesk(deps: SiteDeskDeps): SiteDesk {
  const { store } = deps
  const sealingKey = (agent: string) => deps.identities().sealingKey(agent)
  const places = createPlaces(deps.file, store)
  const vault = openVault(join(deps.dir, 'credential-key.pem'))
  const agents = () => standing(deps.agents(), deps.identities(), (agent) => delivery.place(agent))
  const agentsOf = (site: string) =>
    agents()
      .filter((agent) => agent.site === site)
      .map((agent) => agent.id)
  const reseal = (agent: string, site: string, box: string, name: string, key: string): string => {
    const theirs = sealingKey(agent)
    if (theirs === undefined) throw new Error('the agent has no sealing key')
    return seal(theirs, vault.open(box, secretPlace(site, name, key)), agent)
  }
  const delivery = createDelivery({
    ...{ store, now: deps.now, random: Math.random, log: deps.log, isOnline: deps.isOnline, agents },
    sign: deps.key.signText,
    siteOf: (agent) => deps.agent(agent)?.site,
    contentOf: (agent, site, all) => contentFor(agent, siteContent(store, site), all, sealingKey(agent)),
    reseal,
    publish: (agent, part) => deps.link().publish(agent, 'config', part),
  })
  const commit: BookDeps['commit'] = async (work) => {
    const touched = new Set<string>()
    let placed = false
    const value = await deps.turns().run((at) => {
      const decision = work(at)
      const changes = emptyChangeSet()
      changes.siteConfig.push(...decision.writes)
      if (decision.audit) changes.audit.push({ at, ...decision.audit })
      for (const { kind, site } of decision.writes) {
        if (isPlace(kind)) placed = true
        else touched.add(site)
      }
      return { changes, value: decision.value }
    })
    if (placed) places.reload()
    for (const site of touched) delivery.touch(site)
    return value
  }
  const canReceiveSecrets = (agent: string) => sealingKey(agent) !== undefined
  const book = createSiteConfigBook({ store, places, vault, delivery, agentsOf, canReceiveSecrets, commit })
  return {
    places,
    book,
    isKept: (site, device) => store.get('device', site, device) !== undefined,
    heard({ agent, config, configHash: hash, instance, startedAt, commandKey }) {
      const known = commandKey === deps.key.publicKey ? 'us' : commandKey === '' ? 'nobody' : 'another'
      const trusts = config === undefined ? 'old' : known
      delivery.heard({ agent, uses: config ?? 0, hash, instance: instance ?? String(startedAt), trusts })
    },
    report: delivery.report,
    touch: delivery.touch,
    agentsOf,
    sealedSet(agent, site, name) {
      const set = store.get<KeptCredentials>('credential', site, name)?.doc
      if (set === undefined) return 'are not kept for the site'
      return sealedWords(set, sealingKey(agent) !== undefined, (box, key) => reseal(agent, site, box, name, key))
    },
    sealTo(agent, secret) {
      const theirs = sealingKey(agent)
      return theirs === undefined ? undefined : seal(theirs, secret, agent)
    },
    step: delivery.step,
    counters: delivery.counters,
    stop: delivery.stop,
  }
}

function sealedWords(
  set: KeptCredentials,
  canReceive: boolean,
  reseal: (box: string, key: SecretKey) => string,
): Readonly<Record<string, unknown>> | string {
  const kept = SECRET_KEYS.filter((key) => set.secrets[key] !== undefined)
  if (kept.length > 0 && !canReceive) return 'cannot be sent: this agent has no key to receive them; enrol the agent'
  try {
    const boxes = kept.map((key) => [key, reseal(set.secrets[key]?.box ?? '', key)] as const)
    return { ...set.words, ...Object.fromEntries(boxes) }
  } catch {
    return 'cannot be sent: they were kept under another key of the collector; set them again'
  }
}

const isPlace = (kind: ManagedKind): boolean => kind === 'customer' || kind === 'site'

function siteContent(store: SiteConfigStore, site: string): SiteContent {
  const credentials = store.list<KeptCredentials>('credential', site).map((row) => [row.name, row.doc] as const)
  return {
    devices: store.list<ManagedDevice>('device', site).map((row) => row.doc),
    credentials: new Map(credentials),
    settings: store.get<ManagedSettings>('settings', site, 'settings')?.doc ?? {},
    profiles: store.list<{ text: string }>('profile', site).map(({ name, doc }) => ({ name, text: doc.text })),
  }
}

/**
 * Agents that watch something, the one first that watches what names no agent: the first that got something to watch, so
 * that one more agent takes nothing away from it. Those that have nothing yet: of the file, then in the order of their
 * enrolment. A revoked one watches nothing: its devices are for the one that comes after it.
 */
export function standing<A extends { readonly id: string }>(
  agents: readonly A[],
  identities: Pick<Enrolment, 'identity'>,
  placeOf: (agent: string) => number,
): A[] {
  return agents
    .map((agent) => ({ agent, identity: identities.identity(agent.id), place: placeOf(agent.id) }))
    .filter(({ identity }) => identity?.state !== 'revoked')
    .map(({ agent, identity, place }) => ({ agent, place, age: identity?.enrolledAt ?? 0 }))
    .sort((a, b) => compare(a.place, b.place) || compare(a.age, b.age) || compare(a.agent.id, b.agent.id))
    .map(({ agent }) => agent)
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)
