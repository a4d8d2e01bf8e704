// What operators do to alarms; large selections go in parts, whole lists as one task of the collector.
import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { BoardRow } from '#shared/http/alarm-board.ts'
import type { AlarmActionRequest, AlarmActionResult, AlarmWish, BulkJob } from '#shared/http/alarms.ts'
import { ApiFailure, send } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { useConsole } from '../app/console.ts'
import { useFailureWords } from '../ui/notices.tsx'
import { countOf, type Selection } from './selection.ts'
import { sayUndoable } from './undo-toast.tsx'

export type AlarmAction = z.infer<typeof AlarmActionRequest>['action']
export type Wish = Omit<z.input<typeof AlarmWish>, 'action'>
const IDS_PER_REQUEST = 500

export interface AlarmActions {
  run(action: AlarmAction, ids: readonly string[], more?: Wish): Promise<boolean>
  /** Undefined: it was not begun, and why was said. `true`: done. */
  runOn(action: AlarmAction, selection: Selection, more?: Wish): Promise<BulkJob | boolean>
}

/** Sends the action, puts its effect on screen at once, says how it went. Resolves true when all of it was done. */
export function useAlarmActions(): AlarmActions {
  const { t } = useTranslation()
  const { alarms, queries } = useConsole()
  const words = useFailureWords()

  function sayFailure(failure: unknown): false {
    const said = words(failure)
    notifications.show({ color: 'red', title: said.cause, message: said.action, autoClose: 8000 })
    return false
  }

  async function run(action: AlarmAction, ids: readonly string[], more: Wish = {}): Promise<boolean> {
    const user = queries.getQueryData<{ user: string }>(['session'])?.user ?? ''
    try {
      const refused: { id: string; problem: string | null }[] = []
      const done: string[] = []
      const back = wayBack(
        action,
        ids.map((id) => alarms.row(id)),
      )
      for (let i = 0; i < ids.length; i += IDS_PER_REQUEST) {
        const part = ids.slice(i, i + IDS_PER_REQUEST)
        const answer = await send<AlarmActionResult>('POST', '/alarms/actions', { action, ids: part, ...more })
        const these = answer.results.filter((r) => r.ok).map((r) => r.id)
        done.push(...these)
        refused.push(...answer.results.filter((r) => !r.ok))
        alarms.patch(new Set(these), (row) => after(row, action, { ...more, user, at: clock.now() }))
      }
      const count = ids.length - refused.length
      if (refused.length > 0)
        notifications.show({
          color: 'red',
          title: t('action.partly', { done: count, refused: refused.length }),
          message: refused[0]?.problem ?? '',
          autoClose: 8000,
        })
      else if (back === undefined) notifications.show({ message: t(`action.done.${action}`, { count }) })
      else sayUndoable(t(`action.done.${action}`, { count }), t('action.undo'), () => void run(back, done))
      return refused.length === 0
    } catch (failure) {
      return sayFailure(failure)
    } finally {
      // also while the stream is cut: what is open shows what was done
      for (const key of ['alarms', 'alarm-history']) void queries.invalidateQueries({ queryKey: [key] })
    }
  }

  return {
    run,
    async runOn(action, selection, more = {}) {
      if (selection.kind === 'some') return run(action, [...selection.ids], more)
      const { list, except } = selection
      const body = { ...more, action, list, except: [...except], count: countOf(selection) }
      try {
        return await send<BulkJob>('POST', '/alarms/bulk', body)
      } catch (failure) {
        // the collector keeps this list no longer, or it is another by now: what there is comes on screen
        if (failure instanceof ApiFailure && failure.code === 'conflict') await alarms.reload()
        return sayFailure(failure)
      }
    },
  }
}

/** What takes it back as if it had not been; undefined: that would take more back than this, or cannot be said. */
export function wayBack(action: AlarmAction, before: readonly (BoardRow | undefined)[]): AlarmAction | undefined {
  const untouched = before.every((row) => row?.operatorState === 'none' && row.owner == null)
  if (!untouched) return undefined
  return action === 'acknowledge' ? 'unacknowledge' : action === 'shelve' ? 'unshelve' : undefined
}

/** What the row will look like; the live delta brings the truth a moment later. */
function after(row: BoardRow, action: AlarmAction, more: Wish & { user: string; at: number }): BoardRow {
  const nobody = { ackBy: null, ackAt: null, ackNote: '', ackUntil: null }
  switch (action) {
    case 'acknowledge': {
      const by = { ackBy: more.owner ?? more.user, ackAt: more.at, ackNote: more.note ?? '' }
      return {
        ...{ ...row, ...by, operatorState: 'ack', ackUntil: more.until ?? null },
        ...(more.owner == null ? {} : { owner: more.owner }),
      }
    }
    case 'unacknowledge':
      return { ...row, ...nobody, operatorState: 'none' }
    case 'shelve':
      return { ...row, operatorState: 'shelved', shelvedUntil: more.until ?? null }
    case 'unshelve':
      return { ...row, operatorState: 'none', shelvedUntil: null }
    case 'assign':
      return { ...row, owner: more.owner ?? null }
    case 'close':
      return { ...row, operatorState: 'closed' }
    case 'severity':
    case 'clear':
      return row
  }
}
