// "Who would be told of this alarm?" by the routes as they are now, at any time.
import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { BoardPage } from '#shared/http/alarm-board.ts'
import type { TriedRoute, TriedRoutes } from '#shared/http/notifications.ts'
import { get, send } from '../api/client.ts'
import { Dialog } from '../ui/dialog.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import { instantOf } from '../ui/zone.ts'
import css from './notifications.module.css'

const OFFERED = 100
const TONES: Readonly<Record<TriedRoute['outcome'], Tone>> = { told: 'good', held: 'warn', skipped: 'plain' }

export function RouteTry({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const offered = useQuery({
    queryKey: ['alarms', 'offered'],
    queryFn: ({ signal }) => get<BoardPage>('/alarms/board', { view: 'all', limit: OFFERED }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rows = offered.data?.items ?? []
  const [chosen, setAlarm] = useState('')
  const alarm = chosen || (rows[0]?.id ?? '')
  const [when, setWhen] = useState('')
  const at = when === '' ? undefined : instantOf(when)
  const query = useQuery({
    queryKey: ['notification-routes', 'try', alarm, at],
    queryFn: () => send<z.infer<typeof TriedRoutes>>('POST', '/notification-routes/try', { alarm, at }),
    enabled: alarm !== '' && !Number.isNaN(at),
    retry: false,
  })
  return (
    <Dialog onClose={onClose} title={t('routes.try')} size="lg">
      <div className={page.form}>
        {offered.isError ? (
          <FormProblem failure={offered.error} />
        ) : offered.isPending ? (
          <SkeletonRows count={2} />
        ) : rows.length === 0 ? (
          <Empty icon="alarms" title={t('alarms.none')} small />
        ) : (
          <div className={page.pair}>
            <NativeSelect
              label={t('alarm.title')}
              value={alarm}
              onChange={(event) => setAlarm(event.currentTarget.value)}
              data={rows.map((row) => ({
                value: row.id,
                label: `${t(`severity.${row.perceivedSeverity}`)} · ${row.siteName} · ${row.text}`.slice(0, 120),
              }))}
            />
            <TextInput
              type="datetime-local"
              label={t('routes.tryAt')}
              value={when}
              onChange={(event) => setWhen(event.currentTarget.value)}
            />
          </div>
        )}
        <FormProblem failure={query.error} />
        {query.isFetching && query.data === undefined ? <SkeletonRows count={3} /> : null}
        <ol className={css.targets} style={{ margin: 0, paddingLeft: 20 }} data-tried>
          {query.data?.items.map((one) => (
            <li key={one.route}>
              <div className={page.line}>
                <b>{one.route}</b>
                <State tone={TONES[one.outcome]} shape="ring" word={t(`routeOutcome.${one.outcome}`)} />
                {one.until === null ? null : <Time at={one.until} full />}
                <span>{one.recipients.join(', ')}</span>
              </div>
              <div className="quiet">{one.why}</div>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  )
}
