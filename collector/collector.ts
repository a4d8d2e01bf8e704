// The collector, put together in one straight line: stores, judgement, ingest, link, people, API. Stops in the order
// intake, workers, storage.
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from '#shared/time/clock.ts'
import { HEARTBEAT_SECONDS } from '#shared/wire/limits.ts'
import { createAccess } from './access/access.ts'
import { createPasswords } from './access/passwords.ts'
import { createAgentLink } from './agent-link/agent-link.ts'
import { createAlarmDesk } from './alarm-desk.ts'
import { isListed } from './alarms/alarms.ts'
import { createApi } from './api/api.ts'
import { publishChanges } from './api/live-feed.ts'
import { createLiveHub, firstIdAt } from './api/live-hub.ts'
import { liveNames } from './api/live-names.ts'
import { createBackTestDesk } from './back-test-desk.ts'
import { openBrokers } from './brokers.ts'
import { causeSources, createCauseBook } from './cause-book.ts'
import type { CollectorConfig } from './config/config.ts'
import { createDeviceTestDesk } from './device-test-desk.ts'
import { openCommandKey } from './diagnostics/command-key.ts'
import { createDiagnostics } from './diagnostics/diagnostics.ts'
import { createDiscoveryDesk } from './discovery-desk.ts'
import { openControl } from './enrolment-control.ts'
import { apiTls, openEnrolmentDesk } from './enrolment-desk.ts'
import { createEvaluation } from './evaluation.ts'
import { figuresOf, readinessOf } from './health/figures.ts'
import { createMetrics, timed } from './health/metrics.ts'
import { createHealthDesk } from './health-desk.ts'
import { createIncidentDesk } from './incident-desk.ts'
import { openInfluxCopy } from './influx-view.ts'
import { createIngest } from './ingest/ingest.ts'
import { createKioskDesk } from './kiosk-desk.ts'
import { createNotifyDesk } from './notify-desk.ts'
import { accessCommit, createOperators } from './operators.ts'
import { overviewDesk } from './overview-desk.ts'
import { createRuleBook } from './rule-book.ts'
import { createSiteDesk } from './site-desk.ts'
import { type ChangeSet, isEmptyChangeSet } from './storage/change-set.ts'
import { lockDataFolder } from './storage/sqlite/data-lock.ts'
import { openCollectorStores, storedJudgement } from './stores.ts'
import { createSuppressionDesk } from './suppression-desk.ts'
import { createTopologyDesk } from './topology-desk.ts'
import { createTrapDesk } from './trap-desk.ts'
import { VERSION } from './version.ts'
import { wholeEvaluation } from './whole-evaluation.ts'

export interface Collector {
  /** Where people reach the console, e.g. http://127.0.0.1:8080. */
  readonly address: string
  /** The first administrator's password when one had to be made up; shown once. */
  readonly madePassword: string | undefined
  readonly brokerPort: number | undefined
  stop(): Promise<void>
}

export interface CollectorOptions {
  readonly config: CollectorConfig
  readonly adminPassword: string | undefined
  readonly log: Logger
}

/** Folder of the built console. */
const CONSOLE_DIR = join(import.meta.dirname, '..', 'web', 'dist')

/** Starts everything; resolves when the API answers. On a failure what was started is stopped and the error thrown. */
export async function startCollector({ config, adminPassword, log }: CollectorOptions): Promise<Collector> {
  await using stack = new AsyncDisposableStack()
  const clock = systemClock()
  const now = clock.wall
  const dir = resolve(config.dataDir)
  const room = (name: string) => log.child({ room: name })

  // stores: last to stop
  stack.defer(lockDataFolder(dir))
  const stores = await openCollectorStores(dir, config, room('storage'))
  const { records } = stores
  stack.defer(() => records.stop())
  const traps = createTrapDesk({
    ...{ store: stores.traps, data: dir, language: config.language, reads: stores.reads },
    ...{ inventory: () => judgement.inventory, turns: () => ingest.turns, refreshRules: () => ruleBook.refresh() },
  })
  const ruleBook = createRuleBook({
    ...{ store: stores.rules, dir: resolve(config.rulesDir), data: dir, made: [traps.source], log: room('rules') },
    isTested: (rule) => backTests.isTested(rule),
  })
  records.addWriter(ruleBook)
  records.addWriter(traps.writer)
  const backTests = createBackTestDesk({
    ...{ store: stores.backTests, file: records.database.file, rawDays: config.retention.rawDays, now },
    ...{ language: config.language, judgement: () => judgement, turns: () => ingest.turns, log: room('replay') },
  })
  records.addWriter(backTests.writer)
  stack.defer(() => backTests.stop())

  // the way back: signed commands and configurations
  const key = openCommandKey(join(dir, 'command-key.pem'))
  const isOnline = (agent: string) => link.state().connected && judgement.inventory.agent(agent)?.presence === 'online'
  const siteDesk = createSiteDesk({
    ...{ file: config, store: stores.siteConfig, dir, key, isOnline, now, log: room('site-config') },
    ...{ turns: () => ingest.turns, link: () => link, agents: () => judgement.inventory.agents() },
    ...{ agent: (id) => judgement.inventory.agent(id), identities: () => identities.enrolment },
  })
  stack.defer(() => siteDesk.stop())
  const identities = await openEnrolmentDesk({
    ...{ config, dir, store: stores.enrolment, site: siteDesk.places.site, commandKey: key.publicKey, now },
    ...{ turns: () => ingest.turns, inventory: () => judgement.inventory, log: room('enrolment') },
    publish: (agent, answer) => link.publish(agent, 'identity', answer),
  })
  identities.onRevoked((agent) => siteDesk.touch(judgement.inventory.agent(agent)?.site))

  const influx = await openInfluxCopy({
    ...{ config: config.influx, records, embedded: stores.samples, sites: siteDesk.places.sites },
    ...{ now, log: room('influx') },
  })
  stack.defer(() => influx.stop())

  const notifyDesk = createNotifyDesk({
    ...{ config, outbox: stores.notifications, store: stores.notifyBook, dir, reads: stores.reads },
    ...{ names: () => names, judgement: () => judgement, turns: () => ingest.turns, now, log: room('notify') },
  })

  const suppression = createSuppressionDesk({
    ...{ store: stores.suppression, dir: resolve(config.rulesDir), now },
    ...{ judgement: () => judgement, turns: () => ingest.turns },
  })

  // judgement: memory only
  const judgement = createEvaluation({
    inventory: {
      ...{ places: siteDesk.places, isKept: siteDesk.isKept },
      ...{ agents: config.agents, enrolled: identities.agents, heartbeatMs: HEARTBEAT_SECONDS * 1000 },
      connectedSince: () => (link.state().connected ? link.state().sinceMono : null),
    },
    alarms: { ...config.alarms, forgetAfterDays: config.retention.eventDays },
    incidents: { closeAfterDays: config.incidents.closeAfterDays, newId: () => crypto.randomUUID() },
    notify: notifyDesk.settings,
    ...{ cause: causeSources(() => topology.topology, stores.causes), language: config.language },
    load: async () => ({ ...storedJudgement(stores), ...suppression.read(), rules: ruleBook.read() }),
  })

  const diagnostics = createDiagnostics({
    outbox: stores.evidence,
    key,
    send: (agent, command) => link.publishCommand(agent, command),
    isOnline,
    now,
    log: room('diagnostics'),
  })
  const topology = createTopologyDesk({ stores, judgement, turns: () => ingest.turns })
  const discovery = createDiscoveryDesk({
    ...{ store: stores.discovery, siteDesk, turns: () => ingest.turns, live: () => live },
    ...{ devices: () => judgement.inventory.devices(), refusal: diagnostics.refusal },
  })
  const deviceTests = createDeviceTestDesk({
    ...{ siteDesk, turns: () => ingest.turns, number: stores.evidence.number, key, isOnline, now },
    ...{ send: (agent, command) => link.publishCommand(agent, command), newId: () => crypto.randomUUID() },
  })
  const trustedKeys = new Map<string, string>()
  const evaluation = wholeEvaluation({
    judgement,
    identities,
    diagnostics,
    discovery,
    deviceTests,
    siteDesk,
    trustedKeys,
  })

  // ingest and the link to the agents
  const placeOf = (agent: string) => {
    const site = identities.isTrusted(agent) ? judgement.inventory.agent(agent)?.site : undefined
    return site === undefined ? undefined : { site, customer: siteDesk.places.site(site)?.customer ?? '' }
  }
  const ingest = createIngest<ChangeSet>({
    store: { ...records, commit: timed(records.commit, (ms) => metrics.committed(ms)) },
    evaluation: traps.beside(topology.beside(evaluation)),
    agentOf: placeOf,
    clock,
    sendAck: (agent, ack) => link.sendAck(agent, ack),
    isEmpty: isEmptyChangeSet,
    log: room('ingest'),
  })
  ruleBook.connect(judgement, ingest.turns)
  const passwords = createPasswords()
  const brokers = await openBrokers(config, passwords, identities, room('broker'))
  stack.defer(() => brokers.stop())
  const broker = brokers.embedded
  const link = createAgentLink({
    broker: brokers.address,
    onMessage: (agent, channel, payload) => ingest.accept(agent, channel, payload),
    onIdentity: identities.onIdentity,
    onConfig: (agent, payload) => siteDesk.report(agent, payload),
    clock,
    log: room('agent-link'),
  })
  broker?.onGone((agent) => ingest.gone(agent))

  // people: word goes out, answers come in
  const { notify } = notifyDesk
  const access = createAccess({ store: stores.access, commit: accessCommit(ingest.turns), passwords, now })
  const live = createLiveHub(firstIdAt(now()))
  const actions = createOperators({ turns: ingest.turns, judgement, diagnostics, ruleBook })
  const alarmDesk = createAlarmDesk({ ...{ ingest, judgement, actions, now }, ...{ log: room('alarms'), ...stores } })
  const names = liveNames(judgement, (agent) => keyMatches(trustedKeys, agent, key.publicKey), isListed)
  ingest.onCommitted((changes, written) => {
    for (const gap of written?.gaps ?? []) {
      gaps.count++
      gaps.records += gap.count
    }
    diagnostics.committed(changes)
    discovery.committed(changes)
    if (changes.notifications.length > 0) notify.kick()
    if (changes.diagnostics.length > 0) diagnostics.kick()
    publishChanges(live, names, changes)
  })
  let notifications: Readonly<Record<string, number>> = {}
  let started = false
  const gaps = { count: 0, records: 0 }
  const sources = { ingest, link, broker, live, diagnostics, judgement, records, gaps, identities, siteDesk, dir }
  const metrics = createMetrics(() => figuresOf({ ...sources, notifications, influx: influx.figures() }))
  const readiness = () =>
    readinessOf({ ...sources, started, ruleProblems: ruleBook.problems().length, influx: influx.figures() })
  const inventory = () => judgement.inventory
  const health = createHealthDesk({ config, dir, stores, metrics, readiness, inventory, identities, now, log })
  stack.defer(health.stop)
  const wallboards = createKioskDesk({ ...stores, turns: () => ingest.turns, now })
  const madePassword = await access.ensureFirstAdmin(adminPassword)
  const api = await createApi({
    version: VERSION,
    ...{ startedAt: now(), commandKey: key.publicKey, access, reads: stores.reads },
    ...{ actions, alarmDesk: alarmDesk.desk },
    ...{ rules: ruleBook, siteConfig: siteDesk.book, discovery: discovery.book, topology: topology.book },
    causes: createCauseBook({ judgement, turns: () => ingest.turns, now }),
    incidents: createIncidentDesk({ dir, stores, judgement, turns: () => ingest.turns, now, log: room('incidents') }),
    ...{ traps: traps.book, suppression: suppression.book, backTests: backTests.book, identities },
    ...{ deviceTests: deviceTests.book },
    overview: overviewDesk({ judgement, windows: suppression.book.windows, reads: stores.reads, now }),
    samples: influx.samples,
    ...{ channels: notifyDesk.channels, notificationRoutes: notifyDesk.routes },
    ...{ audit: stores.audit, ...wallboards },
    ...{ readiness, figures: () => metrics.flat(), metrics: () => metrics.text(), health: health.parts },
    ...{ trustedKey: (agent) => trustedKeys.get(agent), live, now, log: room('api') },
    http: { ...config.http, tls: apiTls(config, identities.server), consoleDir: CONSOLE_DIR },
  })

  // start: storage, judgement, then the doors
  stack.defer(() => ingest.stop())
  await ingest.start()
  stores.inventory.configure(siteDesk.places.customers(), siteDesk.places.sites(), judgement.inventory.agents())
  records.start()
  influx.start()
  for (const { stop } of [alarmDesk, diagnostics, notify]) stack.defer(() => stop())
  const ticks = setInterval(() => void tick(), 1000)
  stack.defer(() => clearInterval(ticks))
  stack.defer(() => api.stop())
  stack.defer(() => link.stop())
  const brokerPort = await brokers.start()
  link.start()
  const address = await api.start(config.http.host, config.http.port)
  stack.defer(openControl(dir, identities, room('enrolment')))
  started = true
  log.info({ address, brokerPort, version: VERSION }, 'collector started')

  let ticking = false
  let seconds = 0
  async function tick(): Promise<void> {
    if (ticking) return
    ticking = true
    try {
      await ingest.tick()
      await notifyDesk.tick()
      diagnostics.kick()
      deviceTests.step()
      siteDesk.step()
      identities.step()
      if (++seconds % 3 === 0) for (const one of [ruleBook, suppression]) await one.refresh()
      if (seconds % 15 === 1) notifications = await stores.notifications.counts()
      if (seconds % 60 === 0) for (const one of [access, wallboards.kiosks]) await one.sweep()
    } catch (error) {
      log.error({ err: error }, 'the clockwork failed; it goes on with the next second')
    } finally {
      ticking = false
    }
  }

  const running = stack.move()
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= running.disposeAsync()
    return stopping
  }
  return { address, madePassword, brokerPort, stop }
}

function keyMatches(trusted: ReadonlyMap<string, string>, agent: string, key: string): boolean | null {
  const own = trusted.get(agent)
  return own === undefined ? null : own === key
}
