// What operators do to alarms: one dialog for a note, one for shelving; large selections go in parts.
import { Button, Checkbox, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { AlarmActionRequest, AlarmActionResult, AlarmRow } from '#shared/http/alarms.ts'
import { send } from '../api/client.ts'
import { useConsole } from '../app/console.ts'
import { fullTime, shelfEnd } from '../ui/format.ts'
import { useFailureWords } from '../ui/notices.tsx'

export type AlarmAction = z.infer<typeof AlarmActionRequest>['action']
const IDS_PER_REQUEST = 500

export interface AlarmActions {
  run(action: AlarmAction, ids: readonly string[], more?: { note?: string; until?: number }): Promise<boolean>
}

/** Sends the action, puts its effect on screen at once, says how it went. Resolves true when all of it was done. */
export function useAlarmActions(): AlarmActions {
  const { t } = useTranslation()
  const { alarms, queries, live } = useConsole()
  const words = useFailureWords()
  return {
    async run(action, ids, more = {}) {
      const user = queries.getQueryData<{ user: string }>(['session'])?.user ?? ''
      try {
        const refused: { id: string; problem: string | null }[] = []
        for (let i = 0; i < ids.length; i += IDS_PER_REQUEST) {
          const part = ids.slice(i, i + IDS_PER_REQUEST)
          const answer = await send<AlarmActionResult>('POST', '/alarms/actions', { action, ids: part, ...more })
          const done = new Set(answer.results.filter((r) => r.ok).map((r) => r.id))
          refused.push(...answer.results.filter((r) => !r.ok))
          const at = Date.now() + live.state().clockOffsetMs
          alarms.patch(done, (row) => after(row, action, { ...more, user, at }))
        }
        const count = ids.length - refused.length
        if (refused.length > 0)
          notifications.show({
            color: 'red',
            title: t('action.partly', { done: count, refused: refused.length }),
            message: refused[0]?.problem ?? '',
            autoClose: 8000,
          })
        else notifications.show({ message: t(`action.done.${action}`, { count }) })
        return refused.length === 0
      } catch (failure) {
        const said = words(failure)
        notifications.show({ color: 'red', title: said.cause, message: said.action, autoClose: 8000 })
        return false
      }
    },
  }
}

/** What the row will look like; the live delta brings the truth a moment later. */
function after(
  row: AlarmRow,
  action: AlarmAction,
  more: { note?: string; until?: number; user: string; at: number },
): AlarmRow {
  if (action === 'acknowledge')
    return {
      ...row,
      operatorState: 'ack',
      ackBy: more.user,
      ackAt: more.at,
      ackNote: more.note ?? '',
      ackUntil: more.until ?? null,
    }
  if (action === 'unacknowledge')
    return { ...row, operatorState: 'none', ackBy: null, ackAt: null, ackNote: '', ackUntil: null }
  if (action === 'shelve') return { ...row, operatorState: 'shelved', shelvedUntil: more.until ?? null }
  if (action === 'unshelve') return { ...row, operatorState: 'none', shelvedUntil: null }
  return { ...row, operatorState: 'closed' }
}

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
    <Modal opened onClose={() => onEnd(false)} title={t(`dialog.${kind}`, { count: ids.length })} size="md">
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
    </Modal>
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
