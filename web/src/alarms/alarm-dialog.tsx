// The dialog before an action: a note, and until when.
import { Button, Checkbox, Group, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { fullTime, shelfEnd } from '../ui/format.ts'
import { useAlarmActions } from './alarm-actions.ts'

export interface AlarmDialogProps {
  readonly kind: 'acknowledge' | 'shelve' | 'close'
  readonly ids: readonly string[]
  onEnd(done: boolean): void
}

export function AlarmDialog({ kind, ids, onEnd }: AlarmDialogProps) {
  const { t } = useTranslation()
  const actions = useAlarmActions()
  const [note, setNote] = useState('')
  const [shelf, setShelf] = useState<Shelf>('1h')
  const [date, setDate] = useState('')
  const [limited, setLimited] = useState(false)
  const [busy, setBusy] = useState(false)
  const until = shelf === 'date' ? Date.parse(date) : shelfEnd(shelf, Date.now())
  const timed = kind === 'shelve' || (kind === 'acknowledge' && limited)
  const ready = !timed || (Number.isFinite(until) && until > Date.now())

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!ready) return
    setBusy(true)
    const done = await actions.run(kind, ids, { note: note.trim(), ...(timed ? { until } : {}) })
    setBusy(false)
    if (done) onEnd(true)
  }

  return (
    <Dialog onClose={() => onEnd(false)} title={t(`dialog.${kind}`, { count: ids.length })} size="md">
      <form onSubmit={(event) => void submit(event)}>
        {kind === 'acknowledge' ? (
          <Checkbox
            mb={10}
            label={t('dialog.ackLimited')}
            checked={limited}
            onChange={(event) => setLimited(event.currentTarget.checked)}
          />
        ) : null}
        {timed ? <ShelfChoice {...{ shelf, setShelf, date, setDate, until }} /> : null}
        <Textarea
          label={t('dialog.note')}
          placeholder={t(`dialog.notePlaceholder.${kind}`)}
          autosize
          minRows={3}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event)
          }}
          data-autofocus
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={() => onEnd(false)}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {t(`action.${kind}`)}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}

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
