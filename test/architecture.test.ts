// The import table of the house (design: rooms). A new room or an import that is not allowed fails here, with the reason.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

interface Room {
  /** Rooms whose doors and files may be imported. */
  readonly may: readonly string[]
  /** Rooms from which only types may be imported. */
  readonly types?: readonly string[]
}

const SHARED = [
  'shared/domain',
  'shared/time',
  'shared/wire',
  'shared/diagnostics',
  'shared/profiles',
  'shared/http',
  'shared/config',
  'shared/seal',
  'shared/devices',
  'shared/start',
]
const COLLECTOR_DOMAIN = [
  'collector/ingest',
  'collector/inventory',
  'collector/rules',
  'collector/definitions',
  'collector/alarms',
  'collector/incidents',
]
const COLLECTOR_ROOMS = [
  ...COLLECTOR_DOMAIN,
  ...[
    'broker',
    'agent-link',
    'sla',
    'diagnostics',
    'changes',
    'dispatch',
    'notify',
    'reporting',
    'storage',
    'access',
    'health',
    'config',
    'authority',
    'enrolment',
    'site-config',
    'discovery',
    'topology',
    'suppression',
    'cause',
    'replay',
    'alarm-board',
    'kiosk',
    'overview',
  ].map((r) => `collector/${r}`),
]

const ROOMS: Readonly<Record<string, Room>> = {
  'shared/domain': { may: ['shared/time'] },
  'shared/time': { may: ['shared/domain', 'shared/config'] },
  'shared/doctor': { may: [] },
  'shared/wire': { may: ['shared/domain', 'shared/time'] },
  'shared/http': { may: ['shared/domain', 'shared/time', 'shared/diagnostics', 'shared/devices'] },
  'shared/diagnostics': { may: ['shared/domain', 'shared/time'] },
  'shared/profiles': { may: ['shared/domain', 'shared/time', 'shared/diagnostics'] },
  'shared/config': { may: [] },
  'shared/devices': { may: ['shared/domain', 'shared/config'] },
  'shared/seal': { may: [] },
  'shared/start': { may: [] },
  'agent/protocols': { may: SHARED, types: ['agent/devices'] },
  'agent/devices': { may: SHARED, types: ['agent/config'] },
  'agent/inputs': { may: [...SHARED, 'agent/protocols'], types: ['agent/devices', 'agent/config'] },
  'agent/diagnostics': {
    may: [...SHARED, 'agent/protocols'],
    types: ['agent/devices', 'agent/inputs', 'agent/config'],
  },
  'agent/discovery': { may: [...SHARED, 'agent/protocols', 'agent/inputs'], types: ['agent/devices'] },
  'agent/scheduling': { may: SHARED, types: ['agent/inputs', 'agent/devices'] },
  'agent/outbox': { may: SHARED, types: ['agent/inputs', 'agent/diagnostics'] },
  'agent/uplink': { may: SHARED, types: ['agent/outbox', 'agent/config'] },
  'agent/identity': { may: SHARED, types: ['agent/config'] },
  'agent/enrolment': { may: [...SHARED, 'agent/identity'] },
  'agent/site-config': { may: [...SHARED, 'agent/config'], types: ['agent/devices', 'agent/identity'] },
  'agent/health': { may: SHARED, types: ['agent/inputs', 'agent/outbox', 'agent/uplink', 'agent/scheduling'] },
  'agent/config': {
    may: [...SHARED, 'agent/inputs', 'agent/devices'],
    types: ['agent/diagnostics', 'agent/outbox', 'agent/uplink'],
  },
  'collector/broker': { may: SHARED, types: ['collector/config', 'collector/authority'] },
  'collector/agent-link': { may: SHARED, types: ['collector/config', 'collector/ingest', 'collector/diagnostics'] },
  'collector/ingest': { may: SHARED },
  'collector/inventory': { may: SHARED, types: ['collector/ingest', 'collector/storage'] },
  'collector/rules': { may: SHARED, types: ['collector/ingest', 'collector/storage', 'collector/inventory'] },
  'collector/definitions': { may: [...SHARED, 'collector/rules'], types: ['collector/ingest', 'collector/storage'] },
  'collector/mibs': { may: SHARED },
  'collector/overview': { may: SHARED },
  'collector/suppression': {
    may: [...SHARED, 'collector/rules'],
    types: [...COLLECTOR_DOMAIN, 'collector/topology', 'collector/cause', 'collector/storage'],
  },
  'collector/cause': {
    may: SHARED,
    types: [...COLLECTOR_DOMAIN, 'collector/topology', 'collector/storage', 'collector/suppression'],
  },
  // the same engine as live, driven by itself
  'collector/replay': {
    may: [...SHARED, 'collector/rules', 'collector/alarms', 'collector/ingest', 'collector/suppression'],
    types: COLLECTOR_ROOMS,
  },
  'collector/alarm-board': { may: SHARED, types: ['collector/storage'] },
  'collector/alarms': { may: SHARED, types: ['collector/rules', 'collector/ingest', 'collector/storage'] },
  'collector/incidents': {
    may: SHARED,
    types: [
      'collector/alarms',
      'collector/storage',
      'collector/notify',
      'collector/diagnostics',
      'collector/inventory',
    ],
  },
  'collector/sla': { may: SHARED, types: ['collector/incidents', 'collector/inventory'] },
  'collector/diagnostics': { may: SHARED, types: ['collector/incidents', 'collector/inventory', 'collector/storage'] },
  'collector/notify': {
    may: SHARED,
    types: ['collector/alarms', 'collector/incidents', 'collector/config', 'collector/storage', 'collector/rules'],
  },
  'collector/access': { may: SHARED, types: ['collector/storage', 'collector/config'] },
  'collector/kiosk': { may: SHARED, types: ['collector/storage'] },
  'collector/authority': { may: SHARED },
  'collector/enrolment': {
    may: SHARED,
    types: ['collector/authority', 'collector/storage', 'collector/inventory', 'collector/ingest'],
  },
  'collector/discovery': { may: SHARED, types: ['collector/storage', 'collector/ingest', 'collector/diagnostics'] },
  'collector/site-config': { may: SHARED, types: ['collector/storage', 'collector/inventory', 'collector/enrolment'] },
  'collector/topology': { may: SHARED, types: ['collector/ingest', 'collector/inventory', 'collector/storage'] },
  'collector/doctor': { may: [...SHARED, 'shared/doctor'], types: COLLECTOR_ROOMS },
  'agent/doctor': {
    may: [...SHARED, 'shared/doctor', 'agent/protocols'],
    types: ['agent/config', 'agent/outbox', 'agent/uplink', 'agent/identity', 'agent/health'],
  },
  'collector/config': { may: SHARED, types: ['collector/notify', 'collector/rules', 'collector/incidents'] },
  'collector/health': { may: SHARED, types: [...COLLECTOR_ROOMS, 'collector/api'] },
  'collector/storage': { may: SHARED, types: [...COLLECTOR_ROOMS, 'collector/api'] },
  'collector/api': { may: SHARED, types: COLLECTOR_ROOMS },
  web: { may: ['shared/domain', 'shared/http', 'shared/diagnostics'] },
}

/** Files of a process that may import everything in their process: composition. */
const COMPOSITION =
  /^(agent|collector)\/(main|agent|collector|evaluation|judgement-actions|judgement-changes|alarm-upkeep|alarm-desk|operators|rule-book|rule-changes|stores|told-alarms|brokers|external-broker|site-desk|live-site|live-listeners|neighbour-desk|profile-desk|topology-desk|trap-desk|incident-desk|back-test-desk|notify-desk|kiosk-desk|health-desk|overview-desk|cause-desk|cause-book|enrolment-desk|enrolment-control|identity-desk|sweep-desk|device-test-desk|discovery-desk|whole-evaluation|written-gates|suppression-desk|window-book|influx-view|version|commands\/[a-z-]+)\.ts$/

const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'net-snmp': ['agent/protocols'],
  'node:dgram': ['agent/protocols', 'shared/doctor'],
  'node:child_process': ['agent/protocols', 'shared/doctor'],
  '@bufbuild/cel': ['collector/rules'],
  'rrule-temporal': ['collector/suppression'],
  mqtt: ['agent/uplink', 'collector/agent-link'],
  '@peculiar/x509': ['agent/identity', 'collector/authority'],
  aedes: ['collector/broker'],
  'node:sqlite': ['agent/outbox', 'collector/storage'],
  '@influxdata/influxdb-client': ['collector/storage'],
  fastify: ['collector/api'],
  nodemailer: ['collector/notify'],
  react: ['web'],
}

const IMPORT =
  /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm

describe('architecture', () => {
  const files = ['shared', 'agent', 'collector', 'web'].flatMap((dir) => sourcesIn(join(root, dir)))

  it('has files to check', () => expect(files.length).toBeGreaterThan(20))

  it('keeps to the table of allowed imports', () => {
    expect(files.flatMap(problemsOf)).toEqual([])
  })

  it('keeps source files under 300 lines', () => {
    const long = files
      .filter((f) => !isTest(f))
      .map((f) => `${f}: ${readFileSync(join(root, f), 'utf8').split('\n').length - 1}`)
    expect(long.filter((line) => Number(line.split(': ')[1]) > 300)).toEqual([])
  })

  it('has no file or folder with a name that says nothing', () => {
    expect(files.filter((f) => /\/(utils?|helpers?|common|misc|manager)(\/|\.tsx?$)|\/index\.tsx?$/.test(f))).toEqual(
      [],
    )
  })
})

function problemsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const room = roomOf(file)
  if (room === undefined) return COMPOSITION.test(file) || isTest(file) ? [] : [`${file}: no such room in the table`]
  const rules = ROOMS[room] as Room
  const problems: string[] = []
  for (const match of text.matchAll(IMPORT)) {
    const target = (match[3] ?? match[4]) as string
    const typeOnly = match[2] !== undefined || /^\s*import\s+\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}/.test(match[0])
    const local = localTarget(file, target)
    if (local === undefined) {
      const owners =
        OWNERS[
          target.startsWith('@')
            ? target.split('/').slice(0, 2).join('/')
            : target.startsWith('node:')
              ? target
              : (target.split('/')[0] as string)
        ]
      if (owners && !owners.includes(room) && !(typeOnly && !target.startsWith('node:')) && !isTest(file))
        problems.push(`${file}: ${target} belongs to ${owners.join(', ')}`)
      continue
    }
    if (isTest(file) || local.startsWith('test/')) {
      if (!isTest(file)) problems.push(`${file}: imports ${local} from test`)
      continue
    }
    const targetRoom = roomOf(local)
    if (targetRoom === undefined) problems.push(`${file}: imports ${local}, which is in no room`)
    else if (targetRoom !== room && !rules.may.includes(targetRoom) && !(typeOnly && rules.types?.includes(targetRoom)))
      problems.push(`${file}: ${room} may not import ${typeOnly ? 'types of ' : ''}${targetRoom} (${local})`)
  }
  return problems
}

function roomOf(file: string): string | undefined {
  if (file.startsWith('web/')) return 'web'
  const room = file.split('/').slice(0, 2).join('/')
  return room in ROOMS ? room : undefined
}

function localTarget(file: string, target: string): string | undefined {
  if (target.startsWith('#')) return target.slice(1)
  if (target.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), target))
  return undefined
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file)
}

function sourcesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !/node_modules|\/dist/.test(e.parentPath))
    .map((e) => relative(root, join(e.parentPath, e.name)).replaceAll('\\', '/'))
}
