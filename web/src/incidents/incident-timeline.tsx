// Everything people and the system did, newest first, and the box to add a note.
import { Button, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { send } from '../api/client.ts'
import { Panel } from '../ui/panel.tsx'
import { useSay } from '../ui/say.ts'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './incident.module.css'

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
  const entries = [...incident.timeline].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  return (
    <Panel title={t('incident.timeline')}>
      <NoteForm incident={incident.id} />
      <ol className={css.timeline}>
        {entries.map((entry) => (
          <li key={entry.id} className={css.entry} data-tone={TONES[entry.kind]} data-kind={entry.kind}>
            <span className={css.bullet} />
            <div>
              <div className={css.entryHead}>
                <b>{t(`timeline.${entry.kind}`)}</b>
                <span>{entry.actor === 'system' ? t('actor.system') : entry.actor}</span>
                <Time at={entry.at} />
              </div>
              <EntryText entry={entry} />
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** What the system wrote is said in the reader's language; what people wrote stays as it is. */
function EntryText({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const words = useWords()
  const { data, kind } = entry
  const word = (key: string) => String(data[key] ?? '')
  let text = entry.text
  if (kind === 'opened' || kind === 'reopened') text = text.replace(/^(Opened|Again): /, '')
  if (kind === 'diagnostic-requested' && data.action) text = words.diagnostic(word('action'))
  if (kind === 'diagnostic-result' && data.action) {
    const state = t(`evidenceState.${word('state')}`, { defaultValue: word('state') })
    text = t('timelineText.result', { action: words.diagnostic(word('action')), state })
    if (data.error) text += ` (${word('error')})`
  }
  if (kind === 'resolved' && text === 'All alarms are cleared') text = t('timelineText.allCleared')
  if (kind === 'assigned') text = word('to') || t('incident.nobody')
  return (
    <div className={css.entryText}>
      {data.from && data.to && kind !== 'assigned' ? (
        <div>
          {t(`incidentState.${word('from')}`)} → {t(`incidentState.${word('to')}`)}
        </div>
      ) : null}
      {text}
    </div>
  )
}

function NoteForm({ incident }: { incident: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const say = useSay()
  const [text, setText] = useState('')
  const add = useMutation({
    mutationFn: () => send('POST', `/incidents/${encodeURIComponent(incident)}/notes`, { text: text.trim() }),
    onSuccess: () => {
      setText('')
      return queries.invalidateQueries({ queryKey: ['incidents', incident] })
    },
    onError: say.failure,
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    if (text.trim() !== '') add.mutate()
  }

  return (
    <form className={css.noteForm} style={{ borderTop: 0, paddingBottom: 4 }} onSubmit={submit}>
      <Textarea
        aria-label={t('incident.note')}
        placeholder={t('incident.notePlaceholder')}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
        }}
      />
      <Button type="submit" variant="default" disabled={text.trim() === ''} loading={add.isPending}>
        {t('incident.addNote')}
      </Button>
    </form>
  )
}
