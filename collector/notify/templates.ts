// Message texts: Liquid, which runs no code; limits keep a template from running away.
import { Liquid } from 'liquidjs'
import type { Evidence } from '#shared/domain/incident.ts'
import type { Channel } from './channel.ts'
import { evidenceLines } from './evidence-lines.ts'
import type { NotificationIntent } from './intent.ts'

/** Names for ids, the link to the incident, and what diagnostics found so far. */
export interface MessageContext {
  readonly siteName?: string | undefined
  readonly customerName?: string | undefined
  readonly deviceName?: string | undefined
  readonly url?: string
  readonly evidence?: readonly Evidence[]
}

const engine = new Liquid({
  strictFilters: true,
  ownPropertyOnly: true,
  parseLimit: 100_000,
  renderLimit: 200,
  memoryLimit: 1_000_000,
  dynamicPartials: false,
})

const WORDS = {
  en: {
    opened: 'OPENED',
    reopened: 'REOPENED',
    resolved: 'RESOLVED',
    joined: 'MORE',
    worse: 'WORSE',
    cleared: 'PART OVER',
    reminder: 'STILL OPEN',
    summary: 'SUMMARY',
    note: 'NOTE',
    test: 'TEST',
    priority: 'Priority',
    site: 'Site',
    device: 'Device',
    alarm: 'Alarm',
    time: 'Time',
    customer: 'Customer',
    evidence: 'Found so far',
    more: 'more',
    over: 'over',
    standing: 'still open',
    since: 'Since',
    until: 'until',
    reminder_no: 'Reminder',
    folded: 'It could not be told earlier and is over by now.',
    late: 'These messages could not be sent earlier.',
    storm: 'Held back because there were too many.',
    news: 'pieces of news',
    incidents: 'incidents',
    severities: { critical: 'critical', major: 'major', minor: 'minor', warning: 'warning' },
    test_text: 'This is a test message from Outrider.',
  },
  'zh-CN': {
    opened: '新故障单',
    reopened: '故障单重新打开',
    resolved: '故障已恢复',
    joined: '新增告警',
    worse: '告警升级',
    cleared: '部分恢复',
    reminder: '仍未处理',
    summary: '汇总',
    note: '备注',
    test: '测试',
    priority: '优先级',
    site: '站点',
    device: '设备',
    alarm: '告警',
    time: '时间',
    customer: '客户',
    evidence: '目前的检查结果',
    more: '更多',
    over: '已恢复',
    standing: '未恢复',
    since: '自',
    until: '至',
    reminder_no: '提醒',
    folded: '此前未能送达，现已恢复。',
    late: '以下消息此前未能送达。',
    storm: '消息过多，已汇总。',
    news: '条消息',
    incidents: '个故障单',
    severities: { critical: '严重', major: '重要', minor: '次要', warning: '警告' },
    test_text: '这是一条来自 Outrider 的测试消息。',
  },
} as const

const SUBJECT = `{% if transition == 'test' %}[Outrider] {{ words.test }}{% elsif transition == 'summary' %}[{{ word }}] {{ opened }} {{ words.incidents }}, {{ standing }} {{ words.standing }}{% else %}[{{ word }}] {% if incident.number %}#{{ incident.number }} {% endif %}{{ incident.title }}{% if moreIncidents or incidents.size > 1 %} (+{{ incidents.size | plus: moreIncidents | minus: 1 }}){% endif %}{% endif %}`
const INCIDENTS = `{% for one in incidents %}- #{{ one.number }} {{ one.title }}{% if one.over %} ({{ words.over }}){% endif %}
{% endfor %}{% if moreIncidents > 0 %}- +{{ moreIncidents }} {{ words.more }}
{% endif %}`
const SUMMARY = `{{ word }}: {{ opened }} {{ words.incidents }}, {{ over }} {{ words.over }}, {{ standing }} {{ words.standing }}; {{ news }} {{ words.news }}
{% if late %}{{ words.late }}{% else %}{{ words.storm }}{% endif %}
{{ words.since }} {{ sinceTime }}
${INCIDENTS}`
const TEXT = `{% if transition == 'test' %}{{ words.test_text }}
{% elsif transition == 'summary' %}${SUMMARY}{% else %}{{ word }}: {{ incident.title }}
{% if folded %}{{ words.folded }} {{ words.since }} {{ foldedSince }} {{ words.until }} {{ foldedUntil }}
{% endif %}{% if reminder %}{{ words.reminder_no }}: {{ reminder }}
{% endif %}{% if incident.priority %}{{ words.priority }}: {{ incident.priority }}
{% endif %}{% if customerName %}{{ words.customer }}: {{ customerName }}
{% endif %}{{ words.site }}: {{ siteName | default: incident.site }}
{% if incident.device %}{{ words.device }}: {{ deviceName | default: incident.device }}
{% endif %}{% if alarms.size > 1 %}{% for one in alarms %}- {{ one.text }} ({{ one.severityWord }})
{% endfor %}{% if more > 0 %}- +{{ more }} {{ words.more }}
{% endif %}{% elsif alarm.text %}{{ words.alarm }}: {{ alarm.text }} ({{ severity }})
{% endif %}${INCIDENTS}{{ words.time }}: {{ time }}
{% if evidence.size > 0 %}{{ words.evidence }}:
{% for line in evidence %}- {{ line }}
{% endfor %}{% endif %}{% if url %}{{ url }}
{% endif %}{% endif %}`

/**
 * Subject (one line), text, and the data of a message with its context. What comes from outside is made inert the way the
 * channel needs it; what the template itself says is not. Throws when a user's template is wrong.
 */
export async function renderMessage(
  intent: Pick<NotificationIntent, 'transition' | 'at' | 'data'>,
  channel: Pick<Channel, 'language' | 'template' | 'plain'>,
  { evidence = [], ...extra }: MessageContext = {},
): Promise<{ subject: string; text: string; data: Readonly<Record<string, unknown>> }> {
  const { url, ...names } = extra
  const told = { ...intent.data, ...extra, evidence: evidenceLines(evidence, channel.language) }
  const data = inertIn(told, withoutControls) as Readonly<Record<string, unknown>>
  const plain = scopeOf(intent, data, channel.language, (text) => text)
  const subject = String(await engine.parseAndRender(channel.template?.subject ?? SUBJECT, plain))
  const inert =
    channel.plain === undefined ? plain : scopeOf(intent, { ...data, ...names }, channel.language, channel.plain)
  const text = String(await engine.parseAndRender(channel.template?.text ?? TEXT, { ...inert, url }))
  return { subject: oneLine(subject).slice(0, 250), text: withoutControls(text).slice(0, 60_000), data }
}

function scopeOf(
  intent: Pick<NotificationIntent, 'transition' | 'at' | 'data'>,
  given: Readonly<Record<string, unknown>>,
  language: keyof typeof WORDS,
  plain: (text: string) => string,
): Record<string, unknown> {
  const words: (typeof WORDS)[keyof typeof WORDS] = WORDS[language]
  const wordOf = (severity: unknown) => words.severities[severity as keyof typeof words.severities] ?? severity
  const data = inertIn(given, plain) as Readonly<Record<string, unknown>>
  const folded = data.folded as { since: number; until: number } | undefined
  const alarms = data.alarms as readonly { severity?: unknown }[] | undefined
  const alarm = data.alarm as { severity?: unknown } | undefined
  return {
    incident: inertIn(intent.data, plain),
    ...data,
    ...(alarms ? { alarms: alarms.map((one) => ({ ...one, severityWord: wordOf(one.severity) })) } : {}),
    ...(folded ? { foldedSince: timeOf(folded.since), foldedUntil: timeOf(folded.until) } : {}),
    ...(typeof data.since === 'number' ? { sinceTime: timeOf(data.since) } : {}),
    ...{ transition: intent.transition, words, time: timeOf(intent.at) },
    severity: alarm?.severity && wordOf(alarm.severity),
    word: words[intent.transition],
  }
}

const timeOf = (at: number): string => new Date(at).toISOString()

/** Every text inside, through `plain`. */
function inertIn(value: unknown, plain: (text: string) => string): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map((one) => inertIn(one, plain))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inertIn(one, plain)]))
}

/** Control characters out, white space folded: safe as a mail header. */
const oneLine = (text: string) => withoutControls(text).replace(/\s+/g, ' ').trim()

/** C0 and C1 controls, bidirectional overrides out; line feeds and tabs stay. */
const withoutControls = (text: string) =>
  [...text].filter((c) => c === '\n' || c === '\t' || !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(c)).join('')
