// What sites are made of, played in the browser: sweeps and proposals, links, units, unknown traps. It keeps what people do
// with it, and every answer must be one the API may give.
import type { BrowserContext, Route } from 'playwright-core'
import type { z } from 'zod'
import type { Found } from '#shared/domain/discovery.ts'
import {
  AcceptProposals,
  type AcceptResult,
  IgnoreProposals,
  ProposalRow,
  RestoreProposals,
  SweepDraft,
  SweepRow,
} from '#shared/http/discovery.ts'
import { AssetList, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import {
  IgnoreUnknownTrap,
  PreviewTrapDefinition,
  SaveTrapDefinition,
  TrapDefinitionList,
  TrapPreview,
  UnknownTrapDetail,
  UnknownTrapList,
} from '#shared/http/traps.ts'
import { assets, FOUND, links, neighbours, UNKNOWN_OID, unknownTraps } from './equipment-rows.ts'

export interface Equipment {
  sweeps(): readonly SweepRow[]
  /** The agent goes on; at 1 it is done. */
  goOn(part: number): void
  proposals(): readonly ProposalRow[]
  /** What was saved for unknown traps, by OID. */
  readonly definitions: ReadonlyMap<string, unknown>
}

/** Answers in place of the collector in every page of the browser. `empty`: nobody has looked yet. */
export async function playEquipment(context: BrowserContext, options: { empty?: boolean } = {}): Promise<Equipment> {
  const now = Date.now()
  let sweeps: SweepRow[] = options.empty ? [] : [sweepAt(now - 3_600_000, 'sw-1', 'done', 1)]
  let proposals: ProposalRow[] = options.empty ? [] : FOUND.map((found, i) => proposalOf(found(now), i, now))
  const traps = options.empty ? [] : unknownTraps(now)
  const definitions = new Map<string, unknown>()

  const answers: readonly [
    method: string,
    path: RegExp,
    answer: (m: RegExpExecArray, url: URL, body: unknown) => unknown,
  ][] = [
    ['GET', /\/sites\/([^/]+)\/sweeps$/, ([, site]) => pageOf(SweepRow, site === 'hq' ? sweeps : [])],
    [
      'POST',
      /\/sites\/([^/]+)\/sweeps$/,
      (_m, _url, body) => {
        const draft = SweepDraft.parse(body)
        const sweep = {
          ...sweepAt(Date.now(), `sw-${sweeps.length + 1}`, 'waiting', 0),
          ...draft,
          agent: 'agent-hq-0001',
        }
        sweeps = [SweepRow.parse({ ...sweep, progress: null }), ...sweeps]
        return sweeps[0]
      },
    ],
    [
      'DELETE',
      /\/sites\/[^/]+\/sweeps\/([^/]+)$/,
      ([, id]) => {
        sweeps = sweeps.map((one) => (one.id === id ? { ...one, state: 'stopped', endedAt: Date.now() } : one))
        return {}
      },
    ],
    [
      'GET',
      /\/sites\/([^/]+)\/proposals$/,
      ([, site], url) => {
        const q = (url.searchParams.get('q') ?? '').toLowerCase()
        const state = url.searchParams.getAll('state')
        const rows = proposals.filter(
          (row) =>
            site === row.site &&
            (state.length === 0 || state.includes(row.state)) &&
            (url.searchParams.get('snmp') !== 'true' || row.found.credentials !== null) &&
            JSON.stringify([row.addresses, row.found.sysName, row.found.model]).toLowerCase().includes(q),
        )
        return pageOf(ProposalRow, rows)
      },
    ],
    [
      'POST',
      /\/proposals\/accept$/,
      (_m, _url, body): AcceptResult => {
        const { items } = AcceptProposals.parse(body)
        const results = items.map(({ proposal, id }) => {
          const row = proposals.find((one) => one.id === proposal) as ProposalRow
          const device = id ?? row.suggestion.id
          const taken = proposals.some((one) => one.device === device)
          if (!taken) proposals = proposals.map((one) => (one === row ? { ...one, state: 'known', device } : one))
          const problems = taken ? [{ path: 'id', message: `"${device}" is used twice` }] : []
          return {
            proposal,
            outcome: taken ? ('refused' as const) : ('accepted' as const),
            device: taken ? null : device,
            problems,
          }
        })
        return { items: results }
      },
    ],
    [
      'POST',
      /\/proposals\/(ignore|restore)$/,
      ([, verb], _url, body) => {
        const ids = (verb === 'ignore' ? IgnoreProposals : RestoreProposals).parse(body).proposals
        const reason = verb === 'ignore' ? IgnoreProposals.parse(body).reason : ''
        const ignored = verb === 'ignore' ? { reason, by: 'admin', at: Date.now() } : null
        const state = verb === 'ignore' ? ('ignored' as const) : ('new' as const)
        proposals = proposals.map((one) => (ids.includes(one.id) ? { ...one, state, ignored } : one))
        return { changed: ids.length }
      },
    ],
    ['GET', /\/devices\/([^/]+)\/neighbours$/, ([, device]) => NeighbourList.parse(neighbours(device ?? '', now))],
    ['GET', /\/devices\/([^/]+)\/assets$/, ([, device]) => AssetList.parse(assets(device ?? '', now))],
    ['GET', /\/sites\/([^/]+)\/links$/, ([, site]) => SiteLinks.parse(links(site ?? '', now))],
    ['POST', /\/sites\/([^/]+)\/links$/, () => ({})],
    ['DELETE', /\/sites\/[^/]+\/links\//, () => ({})],
    [
      'GET',
      /\/unknown-traps$/,
      (_m, url) => {
        const ignored = url.searchParams.get('state') === 'ignored'
        const rows = traps.map((one) => one.row).filter((row) => row.ignored === ignored && !definitions.has(row.oid))
        const open = traps.filter(({ row }) => !row.ignored && !definitions.has(row.oid)).length
        return UnknownTrapList.parse({ items: rows, nextCursor: null, open, other: ignored ? 0 : 14 })
      },
    ],
    [
      'GET',
      /\/unknown-traps\/([\d.]+)$/,
      ([, oid]) => UnknownTrapDetail.parse(traps.find(({ row }) => row.oid === oid)),
    ],
    [
      'POST',
      /\/unknown-traps\/([\d.]+)\/preview$/,
      (_m, _url, body) => previewOf(PreviewTrapDefinition.parse(body).definition, now),
    ],
    [
      'POST',
      /\/unknown-traps\/([\d.]+)\/definition$/,
      ([, oid], _url, body) => {
        definitions.set(oid ?? '', SaveTrapDefinition.parse(body).definition)
        return {}
      },
    ],
    [
      'POST',
      /\/unknown-traps\/([\d.]+)\/ignore$/,
      ([, oid], _url, body) => {
        const { ignored } = IgnoreUnknownTrap.parse(body)
        const row = traps.find((one) => one.row.oid === oid)?.row
        if (row) Object.assign(row, { ignored, ignoredBy: ignored ? 'admin' : null })
        return {}
      },
    ],
    ['GET', /\/trap-definitions$/, () => TrapDefinitionList.parse(definitionList())],
  ]

  await context.route(/\/api\/v1\/(sites|devices|unknown-traps|trap-definitions)\b/, async (route: Route) => {
    const url = new URL(route.request().url())
    const method = route.request().method()
    for (const [of, path, answer] of answers) {
      const match = of === method ? path.exec(decodeURIComponent(url.pathname)) : null
      if (match) return route.fulfill({ json: answer(match, url, route.request().postDataJSON()) })
    }
    return route.fallback()
  })

  return {
    sweeps: () => sweeps,
    goOn(part) {
      const [newest, ...before] = sweeps
      if (!newest) throw new Error('no sweep was started')
      const later = sweepAt(newest.requestedAt, newest.id, part >= 1 ? 'done' : 'running', part)
      sweeps = [SweepRow.parse({ ...later, ranges: newest.ranges, credentials: newest.credentials }), ...before]
    },
    proposals: () => proposals,
    definitions,
  }
}

function pageOf<T extends z.ZodType>(item: T, items: readonly z.output<T>[]) {
  return { items: items.map((one) => item.parse(one)), nextCursor: null }
}

function sweepAt(at: number, id: string, state: SweepRow['state'], part: number): SweepRow {
  const addresses = 1016
  const done = Math.round(addresses * part)
  return {
    ...{ id, site: 'hq', agent: 'agent-hq-0001', state, ranges: ['10.1.0.0/22'], exclude: ['10.1.3.250-254'] },
    ...{ credentials: ['core-v3', 'printers'], packetsPerSecond: 100, timeoutMs: 2000, snmpPort: 161 },
    ...{ tcpPorts: [22, 80, 443], ping: true, note: '', startedBy: 'admin', requestedAt: at, startedAt: at + 800 },
    endedAt: part >= 1 ? at + 84_000 : null,
    progress: {
      ...{ addresses, asked: done, done, answered: Math.round(43 * part), found: Math.round(31 * part) },
      ...{ packets: Math.round(7_212 * part), etaMs: part >= 1 ? 0 : Math.round(84_000 * (1 - part)) },
    },
    addresses,
    proposals: { new: 3, known: 1, changed: 1, ignored: 0 },
    notes: [],
    error: null,
  }
}

function proposalOf(found: Found & { readonly also?: readonly string[] }, i: number, now: number): ProposalRow {
  const { also = [], ...told } = found
  const id = (told.sysName ?? `device-${told.address}`).toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const isChanged = told.device !== null && told.serial === 'FOC2731X0AB'
  return {
    ...{ id: `p-${i}`, site: 'hq', agent: 'agent-hq-0001', addresses: [told.address, ...also], found: told },
    state: isChanged ? 'changed' : told.device !== null ? 'known' : 'new',
    device: told.device,
    changes: isChanged ? ['serial number FOC2731X0AB, was FOC2401X00'] : [],
    suggestion: { id, name: told.sysName ?? told.address, credentials: told.credentials },
    blocked: null,
    ...{ firstSeen: now - 3_500_000, lastSeen: now - 3_400_000, lastSweep: 'sw-1', ignored: null },
  }
}

function previewOf(definition: z.output<typeof PreviewTrapDefinition>['definition'], now: number): TrapPreview {
  const { alarm } = definition
  const meaning = {
    ...{
      name: definition.name,
      vendor: definition.vendor,
      category: definition.category,
      severity: definition.severity,
    },
    text: { en: 'Fan tray 2 failed', 'zh-CN': '风扇框 2 故障' },
    varbinds: [],
  }
  return TrapPreview.parse({
    ...{ looked: 17, raised: alarm ? 9 : 0, cleared: alarm?.clearedBy ? 8 : 0, problems: [] },
    examples: [1, 2, 3].map((n) => ({
      ...{ event: n, at: now - n * 1_800_000, device: 'hq.core-sw1', meaning },
      alarm: alarm && {
        ...{ kind: n === 2 ? 'clear' : 'raise', alarmType: alarm.alarmType, severity: alarm.severity },
        ...{ resource: alarm.resource.replace(/\{\{.*?\}\}/, '2'), qualifier: '', text: 'Fan tray 2 failed' },
      },
    })),
  })
}

function definitionList() {
  const row = (oid: string, name: string, vendor: string, more: object = {}) => ({
    ...{
      oid,
      name,
      vendor,
      category: 'state_change',
      severity: 'err',
      origin: 'built-in',
      file: 'if-mib.yaml',
      line: 12,
    },
    description: { en: 'Interface {{interface}} went down', 'zh-CN': '接口 {{interface}} 断开' },
    alarms: [{ rule: `trap.${name}.raise`, type: 'raise', alarmType: 'link.down', severity: 'major' }],
    ...more,
  })
  return {
    items: [
      row('1.3.6.1.6.3.1.1.5.3', 'IF-MIB::linkDown', 'IETF'),
      row('1.3.6.1.6.3.1.1.5.4', 'IF-MIB::linkUp', 'IETF', {
        ...{
          severity: 'notice',
          line: 31,
          description: { en: 'Interface {{interface}} came up', 'zh-CN': '接口 {{interface}} 恢复' },
        },
        alarms: [{ rule: 'trap.IF-MIB::linkDown.clear', type: 'clear', alarmType: 'link.down', severity: 'major' }],
      }),
      row(`${UNKNOWN_OID}.9`, 'ACME-MIB::doorOpened', 'Acme', {
        ...{ origin: 'database', file: null, line: null, alarms: [] },
        description: { en: 'Door {{door}} opened', 'zh-CN': '柜门 {{door}} 打开' },
      }),
    ],
    ...{ nextCursor: null, total: 3, vendors: ['Acme', 'IETF'] },
    problems: [
      { file: 'traps.d/acme.yaml', line: 41, path: 'severity', message: 'bad: not a severity; expected crit' },
    ],
  }
}
