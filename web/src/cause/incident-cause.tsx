// An incident with its cause first, what follows from it below, and a hand to group them otherwise.
import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentCause } from '#shared/http/cause.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { statusOf } from '../alarms/alarm-view.ts'
import { useMayLookInto, useMaySee } from '../api/role.ts'
import { AlarmStatusMark, SeverityMark, Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { useReason } from '../ui/reasons.ts'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './cause.module.css'
import { causeQuery } from './cause-queries.ts'
import { causeViewOf } from './cause-view.ts'
import { VerdictMark } from './verdict-mark.tsx'

const RegroupDialog = lazy(async () => ({ default: (await import('./regroup-dialog.tsx')).RegroupDialog }))

export function IncidentCausePanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const reason = useReason()
  const known = useQuery({ ...causeQuery(incident.id), enabled: useMaySee() }).data
  const { cause, symptoms, others } = causeViewOf(incident, known)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [moving, setMoving] = useState(false)
  const ids = [...chosen].filter((id) => incident.alarmRows.some((row) => row.id === id))
  const choose = (id: string, on: boolean) =>
    setChosen((old) => {
      const next = new Set(old)
      if (on) next.add(id)
      else next.delete(id)
      return next
    })
  const line = (row: AlarmRow, more: { mark?: ReactNode; why?: string } = {}) => (
    <Line key={row.id} row={row} {...more} {...(may ? { chosen: chosen.has(row.id), onChoose: choose } : {})} />
  )
  return (
    <Panel
      title={t('incident.alarms', { count: incident.alarmRows.length })}
      aside={
        ids.length > 0 ? (
          <Button variant="default" onClick={() => setMoving(true)}>
            {t('regroup.move', { count: ids.length })}
          </Button>
        ) : null
      }
    >
      {incident.alarmRows.length === 0 ? <Empty icon="alarms" title={t('incident.noAlarms')} small /> : null}
      {cause === undefined && !known?.node ? null : (
        <section className={css.cause} data-cause={cause?.id ?? known?.node}>
          <h3>{t('cause.title')}</h3>
          {known?.name == null ? null : <b className={css.node}>{known.name}</b>}
          {known?.why && known.why !== cause?.text ? <p className={page.hint}>{reason(known.why)}</p> : null}
          {cause === undefined ? null : <ul className={css.lines}>{line(cause)}</ul>}
        </section>
      )}
      {symptoms.length === 0 ? null : (
        <section className={css.symptoms} data-symptoms={symptoms.length}>
          <h3>{t('cause.symptoms', { count: symptoms.length })}</h3>
          <ul className={css.lines}>
            {symptoms.map(({ row, verdict, why }) =>
              line(row, { why, ...(verdict ? { mark: <VerdictMark verdict={verdict} title={why} /> } : {}) }),
            )}
          </ul>
        </section>
      )}
      {others.length === 0 ? null : (
        <section className={css.symptoms}>
          {cause === undefined && symptoms.length === 0 ? null : <h3>{t('cause.others', { count: others.length })}</h3>}
          <ul className={css.lines}>{others.map((row) => line(row))}</ul>
        </section>
      )}
      {known === undefined || known.decisions.length === 0 ? null : <Decisions of={known.decisions} />}
      {may && incident.alarmRows.length > 1 && ids.length === 0 ? (
        <div className={css.foot}>
          <p className={page.hint}>{t('regroup.hint')}</p>
        </div>
      ) : null}
      <Suspense>
        {moving ? (
          <RegroupDialog
            incident={incident}
            alarms={ids}
            onClose={(done) => {
              setMoving(false)
              if (done) setChosen(new Set())
            }}
          />
        ) : null}
      </Suspense>
    </Panel>
  )
}

function Line(props: {
  row: AlarmRow
  mark?: ReactNode
  why?: string
  chosen?: boolean
  onChoose?(id: string, on: boolean): void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const reason = useReason()
  const { row, onChoose } = props
  const place = [row.deviceName, resourceName(row.resource)].filter(Boolean).join(' ')
  return (
    <li className={css.line} data-alarm={row.id} data-cleared={row.isCleared}>
      {onChoose ? (
        <Checkbox
          size="xs"
          aria-label={t('regroup.choose', { text: row.text })}
          checked={props.chosen === true}
          onChange={(event) => onChoose(row.id, event.currentTarget.checked)}
        />
      ) : null}
      <div>
        <div className={page.line}>
          <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
          {props.mark}
          <AlarmStatusMark status={statusOf(row)} />
          {row.flapping ? <Tag tone="warn">{t('flag.flapping')}</Tag> : null}
          <span className="quiet">
            <Time at={row.raisedAt} site={row.site} />
          </span>
        </div>
        <Link to="/alarms" search={{ view: 'all', alarm: row.id }} style={{ color: 'inherit' }}>
          {row.text}
        </Link>
        <div className="quiet">
          {[place, words.alarmType(row.alarmType)].filter(Boolean).join(' · ')}
          {props.why ? ` · ${reason(props.why)}` : null}
        </div>
      </div>
    </li>
  )
}

/** What people decided about the grouping, which stays decided. */
function Decisions({ of }: { of: IncidentCause['decisions'] }) {
  const { t } = useTranslation()
  return (
    <section className={css.symptoms}>
      <h3>{t('regroup.decisions')}</h3>
      <ul className={css.lines}>
        {of.map((one) => (
          <li key={`${one.alarm} ${one.cause} ${one.at}`} className={page.line}>
            <Time at={one.at} />
            <b>{one.by}</b>
            <span>{t(`regroup.verdict.${one.verdict}`)}</span>
            <Link to="/alarms" search={{ view: 'all', alarm: one.alarm }}>
              {t('alarm.title')}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
