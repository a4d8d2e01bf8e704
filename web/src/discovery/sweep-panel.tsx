// The newest sweep: how far it is, or how it ended; and those before it.
import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SweepRow } from '#shared/http/discovery.ts'
import { send } from '../api/client.ts'
import { useMayTend } from '../api/role.ts'
import { duration, grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { Elapsed, Time } from '../ui/time.tsx'
import css from './discovery.module.css'
import { isUnderWay, sweepsPath } from './discovery-queries.ts'

const TONE: Readonly<Record<SweepRow['state'], Tone>> = {
  waiting: 'busy',
  running: 'busy',
  stopping: 'busy',
  done: 'good',
  stopped: 'plain',
  failed: 'bad',
}

/** `start`: the button that begins one. */
export function SweepPanel({ sweeps, start }: { sweeps: readonly SweepRow[]; start: ReactNode }) {
  const { t } = useTranslation()
  const [newest, ...before] = sweeps
  return (
    <Panel title={t('sweep.title')} aside={newest && !isUnderWay(newest) ? start : undefined}>
      {newest === undefined ? (
        <Empty icon="radar" title={t('sweep.none')}>
          <p>{t('sweep.noneNext')}</p>
          {start}
        </Empty>
      ) : (
        <Newest sweep={newest} />
      )}
      {before.length === 0 ? null : (
        <details className={css.before}>
          <summary>{t('sweep.before', { count: before.length })}</summary>
          <ul>
            {before.map((sweep) => (
              <li key={sweep.id}>
                <span className="quiet">
                  <Time at={sweep.requestedAt} />
                </span>
                <State tone={TONE[sweep.state]} shape="ring" word={t(`sweepState.${sweep.state}`)} />
                <span className="mono">{sweep.ranges.join(', ')}</span>
                <span className="num">{t('sweep.answered', { count: sweep.progress?.answered ?? 0 })}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}

function Newest({ sweep }: { sweep: SweepRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  const may = useMayTend()
  const say = useSay()
  const queries = useQueryClient()
  const stop = useMutation({
    mutationFn: () => send('DELETE', `${sweepsPath(sweep.site)}/${encodeURIComponent(sweep.id)}`),
    onError: say.failure,
    onSettled: () => void queries.invalidateQueries({ queryKey: ['sweeps', sweep.site] }),
  })
  const { progress } = sweep
  const underWay = isUnderWay(sweep)
  const part = progress && progress.addresses > 0 ? (progress.done / progress.addresses) * 100 : 0
  return (
    <div className={css.sweep} data-sweep={sweep.state}>
      <div className={page.line}>
        <State tone={TONE[sweep.state]} word={t(`sweepState.${sweep.state}`)} />
        <span className="mono">{sweep.ranges.join(', ')}</span>
        <span className="quiet">
          <Time at={sweep.requestedAt} /> · {sweep.startedBy} · {sweep.agent}
        </span>
        <span className={css.spring} />
        {underWay && may ? (
          <Button
            variant="default"
            loading={stop.isPending || sweep.state === 'stopping'}
            onClick={() => stop.mutate()}
          >
            {t('sweep.stop')}
          </Button>
        ) : null}
      </div>
      {sweep.state === 'waiting' ? <p className={page.hint}>{t('sweep.waiting', { agent: sweep.agent })}</p> : null}
      {progress === null ? null : (
        <>
          <div
            className={css.bar}
            role="progressbar"
            aria-label={t('sweep.title')}
            aria-valuemin={0}
            aria-valuemax={progress.addresses}
            aria-valuenow={progress.done}
          >
            <span style={{ width: `${part}%` }} data-ended={!underWay} />
          </div>
          <dl className={css.figures}>
            <Figure name={t('sweep.asked')} value={`${grouped(progress.done)} / ${grouped(progress.addresses)}`} />
            <Figure name={t('sweep.answering')} value={grouped(progress.answered)} />
            <Figure name={t('sweep.read')} value={grouped(progress.found)} />
            <Figure name={t('sweep.packets')} value={grouped(progress.packets)} />
            {underWay ? (
              <Figure name={t('sweep.left')} value={progress.etaMs === null ? '–' : duration(progress.etaMs)} />
            ) : (
              <Figure
                name={t('sweep.took')}
                value={<Elapsed from={sweep.startedAt ?? sweep.requestedAt} to={sweep.endedAt} />}
              />
            )}
          </dl>
        </>
      )}
      {sweep.error === null ? null : (
        <p className={page.notice} data-tone="bad">
          <Icon name="close" />
          <span>{said(sweep.error)}</span>
        </p>
      )}
      {sweep.notes.map((note) => (
        <p key={note} className={page.hint}>
          {said(note)}
        </p>
      ))}
    </div>
  )
}

function Figure({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  )
}
