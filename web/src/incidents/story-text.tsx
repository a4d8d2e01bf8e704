// What an entry of the timeline says. What the system wrote is said in the reader's language; what people wrote stays as it is.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Attachment, IncidentDetail } from '#shared/http/incidents.ts'
import { useWords } from '../ui/words.ts'
import { AttachedFiles } from './attached-files.tsx'
import css from './incident.module.css'

type Entry = IncidentDetail['timeline'][number]

export function StoryText({ entry }: { entry: Entry }) {
  const { data } = entry
  const text = useEntryText(entry)
  const files = Array.isArray(data.attachments) ? (data.attachments as Attachment[]) : []
  return (
    <div className={css.entryText}>
      <Change entry={entry} />
      <Alarms of={data.alarms} count={data.count} />
      {text}
      {files.length > 0 ? <AttachedFiles files={files} /> : null}
    </div>
  )
}

function useEntryText({ kind, text, data }: Entry): string {
  const { t } = useTranslation()
  const words = useWords()
  const word = (key: string) => String(data[key] ?? '')
  if (kind === 'opened' || kind === 'reopened') return text.replace(/^(Opened|Again): /, '')
  if (kind === 'diagnostic-requested' && data.action) return words.diagnostic(word('action'))
  if (kind === 'diagnostic-result' && data.action) {
    const state = t(`evidenceState.${word('state')}`, { defaultValue: word('state') })
    const said = t('timelineText.result', { action: words.diagnostic(word('action')), state })
    return data.error ? `${said} (${word('error')})` : said
  }
  if (kind === 'resolved' && text === 'All alarms are cleared') return t('timelineText.allCleared')
  if (kind === 'assigned') return word('to') || t('incident.nobody')
  return text
}

/** From what to what. */
function Change({ entry: { kind, data } }: { entry: Entry }) {
  const { t } = useTranslation()
  const numbered = (key: string) => data[key] as { id?: unknown; number?: unknown } | undefined
  if (kind === 'merged') {
    return (
      <div>
        <Numbered of={numbered('from')} /> → <Numbered of={numbered('into')} />
      </div>
    )
  }
  if (kind === 'linked' || kind === 'unlinked')
    return (
      <div>
        <Numbered of={numbered('to')} /> {kind === 'linked' ? t(`linkKind.${String(data.kind)}`) : ''}
      </div>
    )
  if (kind === 'alarms-out')
    return (
      <div>
        → <Numbered of={numbered('into')} />
      </div>
    )
  if (kind === 'assigned' || data.from === undefined || data.to === undefined) return null
  const name = (value: unknown) =>
    kind === 'tier'
      ? t('incident.tierMark', { tier: value })
      : kind === 'priority'
        ? `P${String(value)}`
        : t(`incidentState.${String(value)}`, { defaultValue: String(value) })
  const more =
    typeof data.waitingFor === 'string'
      ? t(`waitingFor.${data.waitingFor}`, { defaultValue: data.waitingFor })
      : typeof data.resolution === 'string'
        ? t(`resolution.${data.resolution}`, { defaultValue: data.resolution })
        : undefined
  return (
    <div>
      {name(data.from)} → {name(data.to)}
      {more === undefined ? '' : ` · ${more}`}
    </div>
  )
}

function Numbered({ of }: { of: { readonly id?: unknown; readonly number?: unknown } | undefined }) {
  if (of === undefined) return null
  return (
    <Link to="/incidents/$id" params={{ id: String(of.id) }} className="num">
      #{String(of.number)}
    </Link>
  )
}

function Alarms({ of, count }: { of: unknown; count: unknown }) {
  const { t } = useTranslation()
  if (!Array.isArray(of)) return null
  const alarms = of as { id: string; text: string }[]
  const more = Number(count) - alarms.length
  return (
    <ul className={css.entryAlarms}>
      {alarms.map(({ id, text }) => (
        <li key={id}>{text}</li>
      ))}
      {more > 0 ? <li>{t('story.moreAlarms', { count: more })}</li> : null}
    </ul>
  )
}
