// The dialog before an action: a note, who, how severe, until when.
import { Button, Checkbox, Group, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkJob } from '#shared/http/alarms.ts'
import { clock } from '../api/clock.ts'
import { sessionQuery } from '../api/queries.ts'
import { deviceStore } from '../ui/device-store.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { fullTime, grouped, shelfEnd } from '../ui/format.ts'
import { SeverityMark } from '../ui/marks.tsx'
import { instantOf } from '../ui/zone.ts'
import { useAlarmActions, type Wish } from './alarm-actions.ts'
import { SEVERITY_ORDER } from './alarm-view.ts'
import { DialogSubject } from './dialog-subject.tsx'
import { IncidentDialog } from './incident-dialog.tsx'
import { NoteField } from './note-field.tsx'
import { OwnerField } from './owner-field.tsx'
import { keepNote, recentNotes } from './recent-notes.ts'
import { countOf, type Selection } from './selection.ts'

export type AlarmDialogKind = 'acknowledge' | 'shelve' | 'close' | 'clear' | 'assign' | 'severity' | 'incident'

export interface AlarmDialogProps {
  readonly kind: AlarmDialogKind
  readonly on: Selection
  /** Undefined: it was left. */
  onEnd(done: BulkJob | boolean | undefined): void
  /** It was not begun, and stays asked. */
  onRefused?(): void
}

export function AlarmDialog(props: AlarmDialogProps) {
  return props.kind === 'incident' ? <IncidentDialog {...props} /> : <ActionDialog {...props} kind={props.kind} />
}

const SEVERITIES = SEVERITY_ORDER.filter((severity) => severity !== 'indeterminate')

function ActionDialog({
  kind,
  on,
  onEnd,
  onRefused,
}: AlarmDialogProps & { kind: Exclude<AlarmDialogKind, 'incident'> }) {
  const { t } = useTranslation()
  const actions = useAlarmActions()
  const me = useQuery(sessionQuery).data?.user ?? ''
  const [note, setNote] = useState('')
  const [shelf, setShelf] = useState<Shelf>('1h')
  const [date, setDate] = useState('')
  const [limited, setLimited] = useState(false)
  const [owner, setOwner] = useState(kind === 'assign' ? me : '')
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number] | null>()
  const [busy, setBusy] = useState(false)
  const now = clock.now()
  const until = shelf === 'date' ? instantOf(date) : shelfEnd(shelf, now)
  const timed = kind === 'shelve' || (kind === 'acknowledge' && limited)
  const ready = (!timed || (Number.isFinite(until) && until > now)) && (kind !== 'severity' || severity !== undefined)
  const count = countOf(on)
  const [recent] = useState(() => recentNotes(deviceStore, me, kind))
  const ownerField =
    kind === 'acknowledge' || kind === 'assign' ? (
      <OwnerField
        label={t(`dialog.owner.${kind}`)}
        placeholder={kind === 'acknowledge' ? me : t('alarms.nobody')}
        value={owner}
        autoFocus={kind === 'assign'}
        onChange={setOwner}
      />
    ) : null

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    const name = owner.trim()
    const wish: Wish = {
      note: note.trim(),
      ...(timed ? { until } : {}),
      ...(kind === 'acknowledge' && name !== '' && name !== me ? { owner: name } : {}),
      ...(kind === 'assign' ? { owner: name === '' ? null : name } : {}),
      ...(kind === 'severity' && severity !== undefined ? { severity } : {}),
    }
    const done = await actions.runOn(kind, on, wish)
    setBusy(false)
    if (done === false) return onRefused?.()
    keepNote(deviceStore, me, kind, note.trim())
    onEnd(done)
  }

  return (
    <Dialog onClose={() => onEnd(undefined)} title={t(`dialog.${kind}`, { count, shown: grouped(count) })} size="md">
      <form onSubmit={(event) => void submit(event)}>
        <DialogSubject on={on} />
        {kind === 'clear' || kind === 'close' ? <p className="quiet">{t(`dialog.${kind}Hint`)}</p> : null}
        {kind === 'shelve' ? <ShelfChoice {...{ shelf, setShelf, date, setDate, until }} /> : null}
        {kind === 'severity' ? (
          <Group gap={6} mb={12} role="radiogroup" aria-label={t('column.severity')}>
            {SEVERITIES.map((one) => (
              <Button
                key={one}
                role="radio"
                variant={severity === one ? 'light' : 'default'}
                aria-checked={severity === one}
                onClick={() => setSeverity(one)}
              >
                <SeverityMark severity={one} />
              </Button>
            ))}
            <Button
              role="radio"
              variant={severity === null ? 'light' : 'default'}
              aria-checked={severity === null}
              onClick={() => setSeverity(null)}
            >
              {t('dialog.asRule')}
            </Button>
            <p className="quiet" style={{ margin: 0 }}>
              {t('dialog.severityHint')}
            </p>
          </Group>
        ) : null}
        {kind === 'assign' ? ownerField : null}
        <NoteField
          {...{ kind, recent }}
          value={note}
          onChange={setNote}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event)
          }}
          autoFocus={kind !== 'assign'}
        />
        {kind === 'acknowledge' ? (
          <>
            {ownerField}
            <Checkbox
              mb={14}
              label={t('dialog.ackLimited')}
              checked={limited}
              onChange={(event) => setLimited(event.currentTarget.checked)}
            />
            {limited ? <ShelfChoice {...{ shelf, setShelf, date, setDate, until }} /> : null}
          </>
        ) : null}
        <DialogButtons
          label={count > 1 ? t(`dialog.do.${kind}`, { count, shown: grouped(count) }) : t(LABELS[kind])}
          busy={busy}
          disabled={!ready}
          grave={kind === 'clear'}
          onClose={() => onEnd(undefined)}
        />
      </form>
    </Dialog>
  )
}

const LABELS = {
  acknowledge: 'action.acknowledge',
  shelve: 'action.shelve',
  close: 'action.closeAlarm',
  clear: 'action.clear',
  assign: 'action.assign',
  severity: 'action.severity',
} as const

const SHELVES = ['15m', '1h', '4h', 'until-8', 'date'] as const
type Shelf = (typeof SHELVES)[number]

function ShelfChoice(props: {
  shelf: Shelf
  setShelf(shelf: Shelf): void
  date: string
  setDate(date: string): void
  until: number
}) {
  const { t } = useTranslation()
  return (
    <div style={{ marginBottom: 14 }}>
      <Group gap={6} mb={8}>
        {SHELVES.map((shelf) => (
          <Button
            key={shelf}
            variant={props.shelf === shelf ? 'filled' : 'default'}
            aria-pressed={props.shelf === shelf}
            onClick={() => props.setShelf(shelf)}
          >
            {t(`shelf.${shelf}`)}
          </Button>
        ))}
      </Group>
      {props.shelf === 'date' ? (
        <TextInput
          type="datetime-local"
          aria-label={t('shelf.date')}
          value={props.date}
          onChange={(event) => props.setDate(event.currentTarget.value)}
        />
      ) : null}
      <p className="quiet num" style={{ margin: '8px 0 0' }}>
        {Number.isFinite(props.until) ? t('shelf.returns', { time: fullTime(props.until) }) : t('shelf.choose')}
      </p>
    </div>
  )
}
