// A collector's database as it is after years at a large operator: for measuring and explaining what lists ask of it.
import { type Database, openDatabase } from '#collector/storage/sqlite/database.ts'

export interface FullSizes {
  readonly sites: number
  readonly devices: number
  /** Alarms that stand. */
  readonly alarms: number
  /** Times an alarm was raised that has ended since; each is two changes. */
  readonly episodes: number
  readonly incidents: number
  readonly events: number
  readonly audit: number
  readonly notifications: number
}

export const FULL: FullSizes = {
  ...{ sites: 500, devices: 5000, alarms: 50_000, episodes: 475_000 },
  ...{ incidents: 10_000, events: 1_000_000, audit: 1_000_000, notifications: 100_000 },
}

const NOW = Date.UTC(2026, 10, 1)
const MINUTE = 60_000
const WORDS = ['uplink', 'fan', 'power supply', 'battery', 'disk', 'temperature', 'door', 'certificate'] as const
const TYPES = ['link.down', 'fan.failed', 'power.lost', 'ups.on-battery', 'disk.full', 'temperature.high'] as const

/** Makes and fills it. Everything is told by its number, so that two are the same. */
export async function fullDatabase(file: string, sizes: FullSizes = FULL): Promise<Database> {
  const db = await openDatabase(file)
  db.connection.exec('pragma synchronous = off')
  const fill = (table: string, count: number, rowOf: (n: number) => readonly (string | number | null)[]) => {
    const columns = rowOf(0).length
    const insert = db.connection.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`)
    db.transaction(() => {
      for (let n = 0; n < count; n++) insert.run(...rowOf(n))
    })
  }
  const customers = Math.max(1, Math.round(sizes.sites / 10))
  const site = (n: number) => `site-${n % sizes.sites}`
  const customer = (n: number) => `customer-${(n % sizes.sites) % customers}`
  const device = (n: number) => `${site(n % sizes.devices)}.dev-${n % sizes.devices}`
  const word = (n: number) => WORDS[n % WORDS.length] as string
  fill('customer', customers, (n) => [
    `customer-${n}`,
    json({ id: `customer-${n}`, name: `Customer ${n}`, origin: 'file' }),
  ])
  fill('site', sizes.sites, (n) => [
    ...[site(n), customer(n)],
    json({ id: site(n), customer: customer(n), name: `Site ${n}`, timeZone: 'UTC', origin: 'file' }),
  ])
  fill('agent', sizes.sites, (n) => [
    ...[`agent-${n}`, site(n)],
    json({ id: `agent-${n}`, site: site(n), presence: 'online' }),
  ])
  fill('device', sizes.devices, (n) => [
    ...[device(n), site(n), customer(n), `agent-${n % sizes.sites}`, n % 50 === 0 ? 'down' : 'up'],
    json({
      ...{ id: device(n), site: site(n), customer: customer(n), name: `Line ${n % 40} unit ${n}` },
      address: '10.0.0.1',
    }),
  ])
  // alarms that stand, and as many again that are over
  fill('alarm', sizes.alarms * 2, (n) => alarmOf(n, n < sizes.alarms))
  const raised = sizes.alarms * 2 + sizes.episodes
  const at = (n: number) => NOW - (raised - n) * MINUTE
  fill('alarm_change', raised * 2 - sizes.alarms, (n) => {
    const isClear = n % 2 === 1 && n < raised * 2 - sizes.alarms * 2
    const episode = n < raised * 2 - sizes.alarms * 2 ? Math.floor(n / 2) : n - (raised - sizes.alarms)
    return [
      ...[n + 1, `alarm-${(episode * 7919) % (sizes.alarms * 2)}`, isClear ? 'clear' : 'raise', at(episode)],
      ...['system', 0, '', (episode % 4) + 1],
    ]
  })
  fill('trace', sizes.alarms, (n) => [
    ...[n + 1, at(n), `alarm-${n}`, null, 'rule', 'raise'],
    json({ why: 'it is so', inputs: { text: `${word(n)} of ${n}` } }),
  ])
  fill('incident', sizes.incidents, (n) => [
    ...[`incident-${n}`, n + 1, customer(n), site(n), device(n)],
    ...[n % 20 === 0 ? 'new' : 'closed', (n % 4) + 1, NOW - n * 10 * MINUTE, null],
    json({
      ...{ id: `incident-${n}`, number: n + 1, customer: customer(n), site: site(n), device: device(n) },
      ...{ title: `The ${word(n)} of unit ${n}`, alarms: [], assignee: n % 3 === 0 ? null : `user-${n % 9}`, tier: 1 },
    }),
  ])
  fill('device_event', sizes.events, (n) => [
    ...[n + 1, `agent-${n % sizes.sites}`, 'e', n, site(n), device(n), n % 3 === 0 ? 'trap' : 'log'],
    ...[NOW - (sizes.events - n) * 1000, NOW],
    json({
      kind: 'log',
      severity: n % 8,
      message: `the ${word(n)} of part ${n} says ${n * 7}`,
      trapOid: `1.3.6.1.4.1.${n % 99}`,
    }),
  ])
  fill('audit', sizes.audit, (n) => [
    ...[n + 1, NOW - (sizes.audit - n) * 1000, `user-${n % 40}`, n % 7 === 0 ? 'sign-in' : 'change'],
    ...[`site:${site(n)}`, json({ what: word(n), n }), '', ''],
  ])
  const columns = 'key, channel, incident, at, state, attempts, next_at, answer, doc, recipient'
  fill(`notification (${columns})`, sizes.notifications, (n) => [
    ...[`key-${n}`, `channel-${n % 5}`, `incident-${n % sizes.incidents}`, NOW - n * MINUTE, 'sent', 1, 0, null],
    ...[json({ transition: 'opened', alarms: [] }), `person-${n % 30}`],
  ])
  return db

  function alarmOf(n: number, stands: boolean): readonly (string | number | null)[] {
    const raisedAt = NOW - (n % 90_000) * MINUTE
    const type = TYPES[n % TYPES.length] as string
    const cleared = stands ? 0 : 1
    const state = n % 10 === 0 ? 'ack' : 'none'
    const doc = {
      ...{ id: `alarm-${n}`, customer: customer(n), site: site(n), device: device(n), agent: null },
      ...{ resource: `if:Gi0/${n % 48}`, alarmType: type, qualifier: '', perceivedSeverity: 'major' },
      ...{
        isCleared: !stands,
        operatorState: state,
        episode: 1,
        count: 1,
        firstAt: raisedAt,
        raisedAt,
        lastAt: raisedAt,
      },
      ...{ clearedAt: null, text: `The ${word(n)} of unit ${n} has failed`, source: 'poll', rule: 'rule' },
      ...{ ackBy: null, ackAt: null, ackNote: '', ackUntil: null, shelvedUntil: null, flapping: false },
      ...{ suppression: null, unknownSince: null, incident: null },
    }
    return [
      ...[`alarm-${n}`, `identity-${n}`, customer(n), site(n), device(n), (n % 4) + 1],
      ...[cleared, state, stands ? 1 : 0, raisedAt, raisedAt, null, json(doc)],
    ]
  }
}

const json = (value: unknown): string => JSON.stringify(value)
