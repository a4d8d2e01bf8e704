// Everything people, the system and messages did, newest first, and the box to add a note.
import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { sessionQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { State } from '../ui/marks.tsx'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import css from './incident.module.css'
import { deliveriesOfQuery } from './incident-queries.ts'
import { STORY_PARTS, type StoryLine, type StoryPart, storyOf, toldOnce } from './incident-story.ts'
import { NoteForm } from './note-form.tsx'
import { StoryText } from './story-text.tsx'
import { DELIVERY_TONE } from './who-was-told.tsx'

type Entry = IncidentDetail['timeline'][number]

const TONES: Readonly<Partial<Record<Entry['kind'], string>>> = {
  opened: 'bad',
  'alarm-raised': 'bad',
  reopened: 'bad',
  'alarm-cleared': 'good',
  resolved: 'good',
  closed: 'good',
  'diagnostic-requested': 'busy',
  'diagnostic-result': 'busy',
  note: 'note',
}

export function IncidentTimeline({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const user = useQuery(sessionQuery).data?.user
  const messages = useQuery({ ...deliveriesOfQuery(incident.id), enabled: may }).data?.items ?? []
  const [only, setOnly] = useState<StoryPart>()
  const lines = storyOf(toldOnce(incident.id, incident.timeline), messages, only)
  const parts = STORY_PARTS.filter((part) => may || part !== 'notifications')
  return (
    <Panel title={t('incident.timeline')} className={css.story}>
      {may && user !== undefined && incident.state !== 'closed' ? (
        <NoteForm key={user} incident={incident.id} user={user} />
      ) : null}
      <div className={css.parts}>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t('story.which')}
          value={only ?? 'all'}
          onChange={(value) => setOnly(value === 'all' ? undefined : (value as StoryPart))}
          data={(['all', ...parts] as const).map((value) => ({ value, label: t(`story.${value}`) }))}
        />
      </div>
      {lines.length === 0 ? <p className={css.noLinks}>{t('story.none')}</p> : null}
      <ol className={css.timeline}>
        {lines.map((line) => (
          <Line key={line.kind === 'entry' ? line.entry.id : line.message.key} line={line} incident={incident} />
        ))}
      </ol>
      {incident.timelineCut ? <p className={css.noLinks}>{t('story.cut')}</p> : null}
    </Panel>
  )
}

function Line({ line, incident }: { line: StoryLine; incident: IncidentDetail }) {
  const { t } = useTranslation()
  if (line.kind === 'message') {
    const { message } = line
    const tone = message.state === 'failed' ? 'bad' : undefined
    return (
      <li className={css.entry} data-tone={tone} data-kind="notification">
        <span className={css.bullet} />
        <div>
          <div className={css.entryHead}>
            <b>{t('timeline.notification')}</b>
            <span>{message.recipient}</span>
            <Time at={message.at} />
          </div>
          <div className={`${css.entryText} ${css.message}`}>
            <span>{t(`transition.${message.transition}`, { defaultValue: message.transition })}</span>
            <State
              tone={DELIVERY_TONE[message.state]}
              shape={message.state === 'sent' ? 'dot' : 'ring'}
              word={t(`delivery.${message.state}`)}
            />
          </div>
        </div>
      </li>
    )
  }
  const { entry } = line
  const of = entry.incident === incident.id ? undefined : incident.merged?.find((m) => m.id === entry.incident)
  return (
    <li className={css.entry} data-tone={TONES[entry.kind]} data-kind={entry.kind}>
      <span className={css.bullet} />
      <div>
        <div className={css.entryHead}>
          <b>{t(`timeline.${entry.kind}`)}</b>
          <span>{entry.actor === 'system' ? t('actor.system') : entry.actor}</span>
          {of ? <span className="num">#{of.number}</span> : null}
          <Time at={entry.at} />
        </div>
        <StoryText entry={entry} />
      </div>
    </li>
  )
}
