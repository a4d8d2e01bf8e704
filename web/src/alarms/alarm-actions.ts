// What operators do to alarms; large selections go in parts.
import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { AlarmActionRequest, AlarmActionResult, AlarmRow } from '#shared/http/alarms.ts'
import { send } from '../api/client.ts'
import { useConsole } from '../app/console.ts'
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
