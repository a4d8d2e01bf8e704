// An action on a whole list while the collector does it, part by part; what was refused is listed.
import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkJob } from '#shared/http/alarms.ts'
import { get } from '../api/client.ts'
import { useConsole } from '../app/console.ts'
import { Dialog } from '../ui/dialog.tsx'
import { grouped } from '../ui/format.ts'
import css from './bulk-progress.module.css'

export function BulkProgress({ job, onClose }: { job: BulkJob; onClose(): void }) {
  const { t } = useTranslation()
  const { alarms } = useConsole()
  const now = useQuery({
    queryKey: ['alarm-bulk', job.id],
    queryFn: ({ signal }) => get<BulkJob>(`/alarms/bulk/${encodeURIComponent(job.id)}`, {}, signal),
    initialData: job,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 300 : false),
  }).data
  const { total, done, refusedCount, refused, state } = now
  useEffect(() => {
    if (state !== 'running') void alarms.reload()
  }, [state, alarms])
  const action = t(`bulk.${job.action}`)
  return (
    <Dialog title={t('bulk.title', { action, count: total, shown: grouped(total) })} onClose={onClose}>
      <progress className={css.bar} max={total} value={done + refusedCount} aria-label={t('bulk.progress')} />
      <p className="num" role="status">
        {t(`bulk.${state}`, { done: grouped(done), total: grouped(total), refused: grouped(refusedCount) })}
      </p>
      {refused.length > 0 ? (
        <ul className={css.refused} aria-label={t('bulk.refusedList')}>
          {refused.map(({ id, text, problem }) => (
            <li key={id}>
              <b>{text}</b>
              <div className="quiet">{problem}</div>
            </li>
          ))}
          {refusedCount > refused.length ? (
            <li>{t('bulk.moreRefused', { count: refusedCount - refused.length })}</li>
          ) : null}
        </ul>
      ) : null}
      <Group justify="flex-end" mt="md">
        <Button variant={state === 'running' ? 'default' : 'filled'} onClick={onClose} data-autofocus>
          {t(state === 'running' ? 'bulk.background' : 'action.close')}
        </Button>
      </Group>
    </Dialog>
  )
}
