// Marks for severity and state: always a letter or shape beside the colour.
import { useTranslation } from 'react-i18next'
import type { Severity } from '#shared/domain/severity.ts'
import type { AlarmStatus } from '../alarms/alarm-view.ts'
import css from './marks.module.css'

const LETTERS: Readonly<Record<Severity | 'cleared', string>> = {
  critical: 'C',
  major: 'M',
  minor: 'm',
  warning: 'w',
  indeterminate: '?',
  cleared: '✓',
}

export function SeverityMark(props: { severity: Severity; cleared?: boolean; short?: boolean }) {
  const { t } = useTranslation()
  const shown = props.cleared ? 'cleared' : props.severity
  const word = t(`severity.${props.severity}`)
  const title = props.cleared ? t('severity.clearedWas', { severity: word }) : word
  return (
    <span className={`${css.severity} ${css[shown]}`} title={title}>
      <span className={css.letter} aria-hidden="true">
        {LETTERS[shown]}
      </span>
      {props.short ? <span className="sr-only">{title}</span> : <span>{word}</span>}
    </span>
  )
}

const STATUS_TONE: Readonly<Record<AlarmStatus, string>> = {
  new: 'strong',
  ack: 'plain',
  cleared: 'good',
  shelved: 'plain',
  suppressed: 'plain',
  closed: 'plain',
}

export function AlarmStatusMark({ status }: { status: AlarmStatus }) {
  const { t } = useTranslation()
  return (
    <State tone={STATUS_TONE[status] as Tone} shape={status === 'new' ? 'dot' : 'ring'} word={t(`status.${status}`)} />
  )
}

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain' | 'strong'

export function State(props: { tone: Tone; word: string; shape?: 'dot' | 'ring'; title?: string | undefined }) {
  return (
    <span className={`${css.state} ${css[props.tone]}`} title={props.title}>
      <span className={props.shape === 'ring' ? css.ring : css.dot} aria-hidden="true" />
      {props.word}
    </span>
  )
}

export function Tag(props: { children: React.ReactNode; tone?: Tone; title?: string | undefined }) {
  return (
    <span className={`${css.tag} ${props.tone ? css[props.tone] : ''}`} title={props.title}>
      {props.children}
    </span>
  )
}

const INCIDENT_TONE: Readonly<Record<string, Tone>> = {
  new: 'bad',
  diagnosing: 'busy',
  'in-progress': 'busy',
  'on-site': 'busy',
  waiting: 'warn',
  resolved: 'good',
  closed: 'plain',
}

export function IncidentStateMark({ state }: { state: string }) {
  const { t } = useTranslation()
  const open = state !== 'resolved' && state !== 'closed'
  return (
    <State tone={INCIDENT_TONE[state] ?? 'plain'} shape={open ? 'dot' : 'ring'} word={t(`incidentState.${state}`)} />
  )
}

export function PriorityMark({ priority }: { priority: number }) {
  const { t } = useTranslation()
  const tone = (['bad', 'warn', 'plain', 'plain'] as const)[priority - 1] ?? 'plain'
  return (
    <Tag tone={tone} title={t('incident.priorityTitle', { priority })}>
      <b className="num">P{priority}</b>
    </Tag>
  )
}

const DEVICE_TONE: Readonly<Record<string, Tone>> = { up: 'good', down: 'bad', unknown: 'warn' }

export function DeviceStateMark({ state, title }: { state: string; title?: string | undefined }) {
  const { t } = useTranslation()
  return (
    <State
      tone={DEVICE_TONE[state] ?? 'plain'}
      shape={state === 'up' ? 'dot' : 'ring'}
      word={t(`deviceState.${state}`)}
      title={title}
    />
  )
}

const PRESENCE_TONE: Readonly<Record<string, Tone>> = { online: 'good', unknown: 'bad', never: 'plain' }

export function PresenceMark({ presence }: { presence: string }) {
  const { t } = useTranslation()
  return (
    <State
      tone={PRESENCE_TONE[presence] ?? 'plain'}
      shape={presence === 'online' ? 'dot' : 'ring'}
      word={t(`presence.${presence}`)}
    />
  )
}
