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
    severities: { critical: '严重', major: '重要', minor: '次要', warning: '警告' },
    test_text: '这是一条来自 Outrider 的测试消息。',
  },
} as const

const SUBJECT = `{% if transition == 'test' %}[Outrider] {{ words.test }}{% else %}[{{ word }}] {% if incident.number %}#{{ incident.number }} {% endif %}{{ incident.title }}{% endif %}`
const TEXT = `{% if transition == 'test' %}{{ words.test_text }}
{% else %}{{ word }}: {{ incident.title }}
{% if incident.priority %}{{ words.priority }}: {{ incident.priority }}
{% endif %}{% if customerName %}{{ words.customer }}: {{ customerName }}
{% endif %}{{ words.site }}: {{ siteName | default: incident.site }}
{% if incident.device %}{{ words.device }}: {{ deviceName | default: incident.device }}
{% endif %}{% if alarm.text %}{{ words.alarm }}: {{ alarm.text }} ({{ severity }})
{% endif %}{{ words.time }}: {{ time }}
{% if evidence.size > 0 %}{{ words.evidence }}:
{% for line in evidence %}- {{ line }}
{% endfor %}{% endif %}{% if url %}{{ url }}
{% endif %}{% endif %}`

/** Subject (one line), text, and the data of a message with its context. Throws when a user's template is wrong. */
export async function renderMessage(
  intent: Pick<NotificationIntent, 'transition' | 'at' | 'data'>,
  channel: Pick<Channel, 'language' | 'template'>,
  { evidence = [], ...extra }: MessageContext = {},
): Promise<{ subject: string; text: string; data: Readonly<Record<string, unknown>> }> {
  const words: (typeof WORDS)[keyof typeof WORDS] = WORDS[channel.language]
  const lines = evidenceLines(evidence, channel.language)
  const data = { ...intent.data, ...extra, evidence: lines }
  const severity = (intent.data.alarm as { severity?: keyof typeof words.severities } | undefined)?.severity
  const scope = {
    incident: intent.data,
    ...data,
    transition: intent.transition,
    words,
    severity: severity && (words.severities[severity] ?? severity),
    word: words[intent.transition],
    time: new Date(intent.at).toISOString(),
  }
  const subject = String(await engine.parseAndRender(channel.template?.subject ?? SUBJECT, scope))
  const text = String(await engine.parseAndRender(channel.template?.text ?? TEXT, scope))
  return { subject: oneLine(subject).slice(0, 250), text: withoutControls(text).slice(0, 60_000), data }
}

/** Control characters out, white space folded: safe as a mail header. */
const oneLine = (text: string) => withoutControls(text).replace(/\s+/g, ' ').trim()

/** C0 and C1 controls, bidirectional overrides out; line feeds and tabs stay. */
const withoutControls = (text: string) =>
  [...text].filter((c) => c === '\n' || c === '\t' || !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(c)).join('')
