// What judges and tells, played in the browser: rules, back-tests, windows, what is held back, channels, routes, causes. It
// keeps what people do with it; every question and every answer must be one the API may take or give.
import type { BrowserContext, Route } from 'playwright-core'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { BackTest, BackTestList, LastBackTest, ShadowRecord, StartBackTest } from '#shared/http/back-tests.ts'
import { IncidentCause, Regroup, RegroupResult, SiteDependencies } from '#shared/http/cause.ts'
import { IncidentDetail } from '#shared/http/incidents.ts'
import {
  ChangeWindow,
  ExtendWindow,
  WindowBody,
  WindowPage,
  WindowPreview,
  WindowRow,
} from '#shared/http/maintenance.ts'
import {
  ChannelList,
  ChannelTestResult,
  NotificationRow,
  RouteList,
  SaveChannel,
  SaveRoute,
  TriedRoutes,
  TryRoutes,
} from '#shared/http/notifications.ts'
import { pageOf } from '#shared/http/paging.ts'
import {
  PreviewRule,
  RuleEvaluations,
  RuleList,
  RulePreview,
  RuleRow,
  SaveOverrides,
  SaveRule,
} from '#shared/http/rules.ts'
import { InhibitionList, SaveInhibition, SuppressedPage } from '#shared/http/suppression.ts'
import { TracePage, Why } from '#shared/http/trace.ts'
import * as rows from './judgement-rows.ts'
import { previewOf, suppressedOf, symptomsOf } from './judgement-views.ts'

export interface PlayedJudgement {
  rules(): readonly RuleRow[]
  /** Somebody else changes a rule meanwhile. */
  changeRule(id: string, change: (row: RuleRow) => RuleRow): void
  windows(): readonly WindowRow[]
  /** Bodies of what was saved, by what: `channel`, `route`, `inhibition`, `overrides`, `regroup`. */
  readonly saved: readonly (readonly [what: string, body: unknown])[]
  /** How far the back-test is; 1: done. */
  goOn(share: number): void
  readonly backTests: readonly BackTest[]
}

/** A limit that no back-test has tried: such a rule needs a reason. */
export const UNTRIED = 77

/** A refusal, as the API gives it. */
class Refused {
  readonly status: number
  readonly error: { code: string; message: string; details?: readonly { path: string; message: string }[] }
  constructor(status: number, code: string, message: string, details?: readonly { path: string; message: string }[]) {
    this.status = status
    this.error = { code, message, ...(details ? { details } : {}) }
  }
}

type Answer = (match: RegExpExecArray, body: unknown, url: URL, route: Route) => unknown

/** Answers in place of the collector in every page of the browser. */
export async function playJudgement(
  context: BrowserContext,
  alarms: () => readonly AlarmRow[],
): Promise<PlayedJudgement> {
  const now = Date.now()
  let rules = rows.rules(now)
  let windows = rows.windows(now)
  let test: BackTest | undefined
  const backTests: BackTest[] = []
  const saved: (readonly [string, unknown])[] = []
  const keep = (what: string, body: unknown): object => {
    saved.push([what, body])
    return {}
  }
  const ruleOf = (id = '') => {
    const row = rules.find((one) => one.id === id)
    if (row === undefined) throw new Refused(404, 'not-found', 'no such rule')
    return row
  }
  const windowOf = (id = '') => windows.find((one) => one.id === id) as WindowRow
  const put = (id: string, change: Partial<WindowRow>) => {
    windows = windows.map((one) =>
      one.id === id ? WindowRow.parse({ ...one, ...change, version: one.version + 1 }) : one,
    )
    return {}
  }
  const saveRule = (id: string, body: unknown, old: RuleRow | undefined): RuleRow => {
    const { rule, enabled, version, replace, untested } = SaveRule.parse(body)
    if (old && old.origin === 'database' && version !== old.version)
      throw new Refused(409, 'conflict', 'somebody else changed this rule meanwhile')
    if (old?.readOnly && !replace) throw new Refused(409, 'conflict', `${old.file} says this rule`)
    if (String(rule.alarmType).startsWith('wrong.'))
      throw new Refused(400, 'bad-request', 'the rule is not right', [
        { path: 'rule.alarmType', message: 'no such alarm type' },
      ])
    const limit = (rule.condition as { above?: number } | undefined)?.above
    if (limit === UNTRIED && enabled && rule.shadow !== true && untested === undefined)
      throw new Refused(400, 'bad-request', 'no back-test has tried this rule: it may not page yet', [
        { path: 'untested', message: 'run a back-test, let it run in shadow, or say why it may page without' },
      ])
    const mode = enabled ? (rule.shadow === true ? 'shadow' : 'live') : 'off'
    const row = RuleRow.parse({
      ...(old ?? rows.ruleRow(id, ['', ''], {})),
      ...{ id, rule, enabled, mode, origin: 'database', file: null, readOnly: false, updatedAt: Date.now() },
      version: `v-${id}-${Date.now()}`,
      replaces: old?.readOnly ? { origin: old.origin, file: old.file } : (old?.replaces ?? null),
    })
    rules = [...rules.filter((one) => one.id !== id), row]
    return row
  }

  const answers: readonly [method: string, path: RegExp, answer: Answer][] = [
    ['GET', /\/rules$/, () => RuleList.parse({ items: rules, nextCursor: null, problems: PROBLEMS })],
    ['POST', /\/rules$/, (_m, body) => saveRule(String(SaveRule.parse(body).rule.id), body, undefined)],
    ['POST', /\/rules\/preview$/, (_m, body) => RulePreview.parse(previewOf(PreviewRule.parse(body).rule, now))],
    ['GET', /\/rules\/back-tests$/, () => BackTestList.parse({ items: [], nextCursor: null })],
    [
      'POST',
      /\/rules\/back-tests$/,
      (_m, body) => {
        const { from, to, rule, id } = StartBackTest.parse(body)
        test = BackTest.parse({
          ...{
            id: `bt-${backTests.length + 1}`,
            rule: id ?? String(rule?.id),
            ruleVersion: '7c1f0a',
            state: 'running',
          },
          ...{ askedBy: 'admin', askedAt: Date.now(), endedAt: null, from, to, problem: null, result: null },
          progress: { share: 0.1, at: from, samples: 148_231, events: 821, samplesPerSecond: 412_300 },
        })
        backTests.push(test)
        return test
      },
    ],
    ['GET', /\/rules\/back-tests\/[^/]+$/, () => BackTest.parse(test)],
    [
      'DELETE',
      /\/rules\/back-tests\/[^/]+$/,
      () => {
        if (test) test = { ...test, state: 'cancelled', endedAt: Date.now() }
        return {}
      },
    ],
    [
      'GET',
      /\/rules\/([^/]+)\/evaluations$/,
      () => RuleEvaluations.parse({ items: EVALUATIONS(now), nextCursor: null }),
    ],
    [
      'GET',
      /\/rules\/([^/]+)\/back-test$/,
      ([, id]) => {
        if (id !== 'disk-full') throw new Refused(404, 'not-found', 'none yet')
        return LastBackTest.parse({ ...doneTest(now - 30 * 86_400_000, now), stale: true })
      },
    ],
    [
      'GET',
      /\/rules\/([^/]+)\/shadow$/,
      () => {
        const { alarms: would } = rows.backTestResult(now - 9 * 86_400_000, now)
        const items = would.slice(0, 12).map(({ incidents: _incidents, ...one }, i) => ({ ...one, alarm: `sh-${i}` }))
        return ShadowRecord.parse({
          ...{ since: now - 9 * 86_400_000, alarms: 37, standing: 1, perDay: 4.1, items, nextCursor: null },
        })
      },
    ],
    ['PUT', /\/rules\/([^/]+)\/overrides$/, (_m, body) => keep('overrides', SaveOverrides.parse(body))],
    ['GET', /\/rules\/([^/]+)$/, ([, id]) => RuleRow.parse(ruleOf(id))],
    ['PUT', /\/rules\/([^/]+)$/, ([, id = ''], body) => saveRule(id, body, ruleOf(id))],
    [
      'DELETE',
      /\/rules\/([^/]+)$/,
      ([, id]) => {
        rules = rules.filter((one) => one.id !== id)
        return {}
      },
    ],
    [
      'GET',
      /\/maintenance-windows$/,
      (_m, _body, url) => {
        const past = url.searchParams.get('over') !== 'false'
        return WindowPage.parse({ items: windows.filter((one) => past || one.state !== 'over'), nextCursor: null })
      },
    ],
    [
      'POST',
      /\/maintenance-windows\/preview$/,
      (_m, body) => {
        const { selector, rrule, durationMinutes } = WindowBody.parse(body)
        if (rrule?.includes('HOURLY'))
          throw new Refused(400, 'bad-request', 'not right', [{ path: 'rrule', message: 'DAILY or slower' }])
        const isAll = Object.keys(selector).length === 0
        const devices = selector.devices?.some((one) => one.startsWith('nowhere')) ? 0 : isAll ? 8 : 2
        const times = [0, 1, 2, 3, 4].map((n) => now + (rrule === null ? 0 : n * 7 * 86_400_000))
        const next = times.map((start) => ({ start, end: start + durationMinutes * 60_000 }))
        return WindowPreview.parse({
          ...{ next: rrule === null ? [] : next, active: rrule === null ? next[0] : null, devices },
          ...{ examples: ['hq.core-sw1', 'hq.acc-sw-3f'].slice(0, devices), alarms: devices === 0 ? 0 : 3 },
          ...{ selects: isAll ? 'everything' : devices === 0 ? 'nothing' : 'some', warnings: [] },
        })
      },
    ],
    [
      'POST',
      /\/maintenance-windows$/,
      (_m, body) => {
        const made = WindowBody.parse(body)
        const active = { start: Date.now(), end: Date.now() + made.durationMinutes * 60_000 }
        const base = rows.windowRow(`w-${windows.length + 1}`, made.title, now)
        windows = [WindowRow.parse({ ...base, ...made, state: 'active', active }), ...windows]
        return windows[0]
      },
    ],
    [
      'POST',
      /\/maintenance-windows\/([^/]+)\/(end|extend)$/,
      ([, id = '', what], body) => {
        const { active } = windowOf(id)
        if (what === 'end') return put(id, { state: 'over', active: null })
        return put(id, { active: active && { ...active, end: ExtendWindow.parse(body).until } })
      },
    ],
    ['GET', /\/maintenance-windows\/([^/]+)$/, ([, id = '']) => windowOf(id)],
    [
      'PUT',
      /\/maintenance-windows\/([^/]+)$/,
      ([, id = ''], body) => {
        const { window, version } = ChangeWindow.parse(body)
        if (version !== windowOf(id).version) throw new Refused(409, 'conflict', 'changed meanwhile')
        return put(id, window)
      },
    ],
    [
      'DELETE',
      /\/maintenance-windows\/([^/]+)$/,
      ([, id]) => {
        windows = windows.filter((one) => one.id !== id)
        return {}
      },
    ],
    ['GET', /\/suppressed$/, (_m, _body, url) => SuppressedPage.parse(suppressedOf(alarms(), url.searchParams, now))],
    ['GET', /\/inhibitions$/, () => InhibitionList.parse(INHIBITIONS)],
    ['PUT', /\/inhibitions\/([^/]+)$/, (_m, body) => keep('inhibition', SaveInhibition.parse(body))],
    ['GET', /\/channels$/, () => ChannelList.parse({ items: rows.channels(now), nextCursor: null })],
    [
      'POST',
      /\/channels\/([^/]+)\/test$/,
      ([, id]) =>
        ChannelTestResult.parse(
          id === 'harbor-hook'
            ? { ok: false, answer: 'connect ECONNREFUSED 203.0.113.7:443', durationMs: 31 }
            : { ok: true, answer: '{"errcode":0,"errmsg":"ok"}', durationMs: 212 },
        ),
    ],
    [
      'POST',
      /\/channels$/,
      (_m, body) => {
        const wish = SaveChannel.parse(body)
        if (String(wish.settings.from ?? '') === 'nobody')
          throw new Refused(400, 'bad-request', 'not right', [{ path: 'settings.from', message: 'an address' }])
        return keep('channel', wish)
      },
    ],
    ['PUT', /\/channels\/([^/]+)$/, (_m, body) => keep('channel', SaveChannel.parse(body))],
    ['GET', /\/notification-routes$/, () => RouteList.parse({ items: rows.routes(), nextCursor: null })],
    [
      'POST',
      /\/notification-routes\/try$/,
      (_m, body) => {
        TryRoutes.parse(body)
        return TriedRoutes.parse({ items: TRIED(now), nextCursor: null })
      },
    ],
    ['POST', /\/notification-routes$/, (_m, body) => keep('route', SaveRoute.parse(body))],
    ['PUT', /\/notification-routes\/([^/]+)$/, (_m, body) => keep('route', SaveRoute.parse(body))],
    [
      'GET',
      /\/notifications$/,
      (_m, _body, url) => {
        const state = url.searchParams.get('state')
        const channel = url.searchParams.get('channel')
        const items = rows
          .deliveries(now)
          .filter((one) => (state === null || one.state === state) && (channel === null || one.channel === channel))
        return pageOf(NotificationRow).parse({ items, nextCursor: null })
      },
    ],
    [
      'GET',
      /\/alarms\/([^/]+)\/trace$/,
      ([, id = '']) => TracePage.parse({ items: rows.traceOf(id, now), nextCursor: null }),
    ],
    ['GET', /\/alarms\/([^/]+)\/why$/, ([, id = '']) => Why.parse(rows.whyOf(id, now))],
    ['GET', /\/sites\/([^/]+)\/dependencies$/, ([, site = '']) => SiteDependencies.parse(rows.dependencies(site))],
    [
      'GET',
      /\/incidents\/inc-1042$/,
      async (_m, _body, _url, route) => {
        const detail = IncidentDetail.parse(await (await route.fetch()).json())
        return { ...detail, alarmRows: [...detail.alarmRows, ...symptomsOf(detail.alarmRows[0] as AlarmRow)] }
      },
    ],
    [
      'GET',
      /\/incidents\/([^/]+)\/cause$/,
      ([, incident]) => IncidentCause.parse(incident === 'inc-1042' ? CAUSE(now) : { ...NO_CAUSE, incident }),
    ],
    [
      'POST',
      /\/incidents\/([^/]+)\/regroup$/,
      (_m, body) => {
        const { alarms: moved } = Regroup.parse(body)
        keep('regroup', body)
        return RegroupResult.parse({ items: moved.map((alarm) => ({ alarm, incident: 'inc-1043', problem: null })) })
      },
    ],
  ]
  await answerIn(context, answers)

  return {
    rules: () => rules,
    changeRule(id, change) {
      rules = rules.map((one) => (one.id === id ? RuleRow.parse(change(one)) : one))
    },
    windows: () => windows,
    saved,
    backTests,
    goOn(share) {
      if (!test) throw new Error('no back-test was started')
      const done = share >= 1
      const progress = { ...test.progress, share, samples: Math.round(1_482_310 * share) }
      const result = done ? rows.backTestResult(test.from, test.to) : null
      test = BackTest.parse({ ...test, state: done ? 'done' : 'running', progress, result })
    },
  }
}

async function answerIn(context: BrowserContext, answers: readonly [string, RegExp, Answer][]): Promise<void> {
  const played =
    /\/api\/v1\/(rules|maintenance-windows|suppressed|inhibitions|channels|notification|alarms|sites|incidents)/
  await context.route(played, async (route: Route) => {
    const url = new URL(route.request().url())
    const method = route.request().method()
    for (const [of, path, answer] of answers) {
      const match = of === method ? path.exec(decodeURIComponent(url.pathname)) : null
      if (!match) continue
      try {
        return route.fulfill({ json: await answer(match, route.request().postDataJSON(), url, route) })
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused
        return route.fulfill({ status: refused.status, json: { error: refused.error } })
      }
    }
    return route.fallback()
  })
}

const PROBLEMS = [
  { file: 'acme/backups.yaml', line: 12, path: 'rules.1.for', message: 'write a duration like 30s, 5m or 2h' },
]

const EVALUATIONS = (now: number) =>
  [0, 1, 2, 3, 4].map((n) => ({
    ...{ at: now - n * 60_000, subject: 'hq.file-srv storage:/srv', answer: n < 3 ? 'met' : 'not-met' },
    ...{ gate: n < 3 ? 'rule' : 'hold', inputs: { value: 91 - n, above: 90, held: `${n}m` } },
  }))

function doneTest(from: number, to: number): BackTest {
  return {
    ...{
      id: 'bt-0',
      rule: 'disk-full',
      ruleVersion: '55aa01',
      state: 'done',
      askedBy: 'lena',
      askedAt: to,
      endedAt: to,
    },
    ...{ from, to, problem: null, result: rows.backTestResult(from, to) },
    progress: { share: 1, at: to, samples: 1_482_310, events: 8214, samplesPerSecond: 402_118 },
  }
}

const INHIBITIONS = {
  items: [
    {
      ...{ id: 'interface-under-device', title: 'A device that is down says it for its ports', enabled: true },
      ...{
        source: { alarmTypes: ['device.unreachable'] },
        target: { alarmTypes: ['link.*', 'bgp.*'] },
        equal: ['device'],
      },
      ...{ holds: 'incident', origin: 'built-in', file: 'inhibitions.yaml', readOnly: true, version: 0, held: 2 },
    },
    {
      ...{ id: 'line-hall-power', title: 'Power of the line hall', enabled: true, holds: 'people' },
      ...{
        source: { alarmTypes: ['power.on-battery'], sites: ['plant-2'] },
        target: { severities: ['minor', 'warning'] },
      },
      ...{ equal: ['site', 'tag.hall'], origin: 'database', file: null, readOnly: false, version: 4, held: 0 },
    },
  ],
  ...{ nextCursor: null, problems: [] },
}

const TRIED = (now: number) => [
  {
    ...{ route: 'critical-duty', outcome: 'told', why: 'critical, at any time', until: null },
    recipients: ['duty-wecom'],
  },
  {
    ...{ route: 'harbor-office', outcome: 'held', why: 'outside its hours', until: now + 18_000_000 },
    recipients: ['harbor-hook'],
  },
  { route: 'all', outcome: 'told', why: 'everything', until: null, recipients: ['mail-noc'] },
]

const CAUSE = (now: number) => ({
  ...{ incident: 'inc-1042', node: 'plant-2.line-sw-7', name: 'Line 7 switch', alarm: 'a-01' },
  why: 'It does not answer, the way to it is alive, and all that is behind it is gone.',
  symptoms: ['s-1', 's-2', 's-3', 's-4'].map((alarm, i) => ({
    ...{
      alarm,
      device: null,
      deviceName: null,
      text: '',
      isCleared: i === 3,
      verdict: i === 2 ? 'probation' : 'symptom',
    },
    why: 'behind Line 7 switch',
  })),
  decisions: [{ alarm: 's-9', cause: 'a-01', verdict: 'apart', by: 'lena', at: now - 3_600_000 }],
})

const NO_CAUSE = { node: null, name: null, alarm: null, why: '', symptoms: [], decisions: [] }
