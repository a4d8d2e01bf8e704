// What the first diagnostics found, one line each, for people who read it on a phone.
import { PingResult } from '#shared/diagnostics/ping.ts'
import { PollNowResult } from '#shared/diagnostics/poll-now.ts'
import { DIAGNOSTICS, type DiagnosticName, isDiagnosticName } from '#shared/diagnostics/registry.ts'
import { SnmpGetResult } from '#shared/diagnostics/snmp-get.ts'
import { SnmpTableResult } from '#shared/diagnostics/snmp-table.ts'
import { TcpResult } from '#shared/diagnostics/tcp.ts'
import type { Evidence } from '#shared/domain/incident.ts'

type Language = 'en' | 'zh-CN'

const WORDS = {
  en: {
    states: {
      pending: 'no answer yet',
      failed: 'failed',
      refused: 'refused',
      expired: 'too late',
      'not-run': 'not run',
    },
    ports: { open: 'open', refused: 'refused', timeout: 'no answer', unreachable: 'unreachable' },
    answers: (got: number, of: number) => `${got} of ${of} answered`,
    rows: (n: number) => `${n} rows`,
    checks: (good: number, of: number) => `${good} of ${of} checks well`,
  },
  'zh-CN': {
    states: { pending: '尚无结果', failed: '失败', refused: '被拒绝', expired: '已过期', 'not-run': '未执行' },
    ports: { open: '开放', refused: '拒绝连接', timeout: '无应答', unreachable: '不可达' },
    answers: (got: number, of: number) => `${of} 次中应答 ${got} 次`,
    rows: (n: number) => `${n} 行`,
    checks: (good: number, of: number) => `${of} 项检查中 ${good} 项正常`,
  },
} as const
const MAX_LINES = 8
const MAX_VALUE = 60

/** At most MAX_LINES, oldest first. Values of devices are cut, not cleaned: that is done with the whole text. */
export function evidenceLines(evidence: readonly Evidence[], language: Language): string[] {
  return evidence.slice(0, MAX_LINES).map((e) => {
    const known = isDiagnosticName(e.action)
    const title = known ? DIAGNOSTICS[e.action as DiagnosticName].title[language] : e.action
    return `${title}: ${found(e, language)}`.replace(/\s+/g, ' ')
  })
}

function found(e: Evidence, language: Language): string {
  const words = WORDS[language]
  if (e.state !== 'done') return e.error ? `${words.states[e.state]} (${cut(e.error)})` : words.states[e.state]
  const summary = SUMMARIES[e.action]?.(e.result, words)
  return summary ?? 'OK'
}

type Words = (typeof WORDS)[Language]

/** Undefined when the result is not of the form its action gives. */
const SUMMARIES: Readonly<Record<string, (result: unknown, words: Words) => string | undefined>> = {
  ping(result, words) {
    const { data } = PingResult.safeParse(result)
    return data && words.answers(data.received, data.sent) + (data.rttMs ? `, ${data.rttMs.avg.toFixed(1)} ms` : '')
  },
  tcp(result, words) {
    const { data } = TcpResult.safeParse(result)
    return data && `${data.port} ${words.ports[data.state]}`
  },
  'snmp-get'(result) {
    const { data } = SnmpGetResult.safeParse(result)
    return data?.values.map((v) => cut(String(v.value ?? v.type))).join(', ')
  },
  'snmp-table'(result, words) {
    const { data } = SnmpTableResult.safeParse(result)
    return data && words.rows(data.rowCount)
  },
  'poll-now'(result, words) {
    const { data } = PollNowResult.safeParse(result)
    if (!data) return undefined
    const bad = data.polls.filter((p) => p.outcome !== 'ok')
    const names = bad.map((p) => `${p.input} ${p.resource} ${p.outcome}`.replace(/\s+/g, ' '))
    return [words.checks(data.polls.length - bad.length, data.polls.length), ...names.slice(0, 3)].join(', ')
  },
}

const cut = (text: string) => (text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text)
