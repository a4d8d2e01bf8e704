// Message texts: Liquid, which runs no code; limits keep a template from running away.
import { Liquid } from 'liquidjs'
import type { Channel } from './channel.ts'
import type { NotificationIntent } from './intent.ts'

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
    note: 'NOTE',
    test: 'TEST',
    priority: 'Priority',
    site: 'Site',
    device: 'Device',
    alarm: 'Alarm',
    time: 'Time',
    test_text: 'This is a test message from Outrider.',
  },
  'zh-CN': {
    opened: '新故障单',
    reopened: '故障单重新打开',
    resolved: '故障已恢复',
    note: '备注',
    test: '测试',
    priority: '优先级',
    site: '站点',
    device: '设备',
    alarm: '告警',
    time: '时间',
    test_text: '这是一条来自 Outrider 的测试消息。',
  },
} as const

const SUBJECT = `{% if transition == 'test' %}[Outrider] {{ words.test }}{% else %}[{{ word }}] {% if incident.number %}#{{ incident.number }} {% endif %}{{ incident.title }}{% endif %}`
const TEXT = `{% if transition == 'test' %}{{ words.test_text }}
{% else %}{{ word }}: {{ incident.title }}
{% if incident.priority %}{{ words.priority }}: {{ incident.priority }}
{% endif %}{% if customerName %}{{ customerName }}
{% endif %}{{ words.site }}: {{ siteName | default: incident.site }}
{% if incident.device %}{{ words.device }}: {{ deviceName | default: incident.device }}
{% endif %}{% if alarm.text %}{{ words.alarm }}: {{ alarm.text }}
{% endif %}{{ words.time }}: {{ time }}
{% if url %}{{ url }}
{% endif %}{% endif %}`

/** Subject (one line) and text of a message; `extra` adds names and the link. Throws when a user's template is wrong. */
export async function renderMessage(
  intent: Pick<NotificationIntent, 'transition' | 'at' | 'data'>,
  channel: Pick<Channel, 'language' | 'template'>,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<{ subject: string; text: string }> {
  const words = WORDS[channel.language]
  const scope = {
    incident: intent.data,
    ...intent.data,
    ...extra,
    transition: intent.transition,
    words,
    word: words[intent.transition],
    time: new Date(intent.at).toISOString(),
  }
  const subject = String(await engine.parseAndRender(channel.template?.subject ?? SUBJECT, scope))
  const text = String(await engine.parseAndRender(channel.template?.text ?? TEXT, scope))
  return { subject: oneLine(subject).slice(0, 250), text: withoutControls(text).slice(0, 60_000) }
}

/** Control characters out, white space folded: safe as a mail header. */
const oneLine = (text: string) => withoutControls(text).replace(/\s+/g, ' ').trim()

/** C0 and C1 controls, bidirectional overrides out; line feeds and tabs stay. */
const withoutControls = (text: string) =>
  [...text].filter((c) => c === '\n' || c === '\t' || !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(c)).join('')
