// Alarms and work in the time of a chart: as marks for the picture, and in words below it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { useMaySee } from '../api/role.ts'
import type { Mark, Shade } from '../ui/chart-marks.ts'
import { fullTime } from '../ui/format.ts'
import { SeverityMark } from '../ui/marks.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { type ChartRange, chartAlarmsQuery, chartWorkQuery } from './chart-queries.ts'
import css from './device.module.css'

export interface Happenings {
  readonly alarms: readonly AlarmRow[]
  readonly marks: readonly Mark[]
  readonly shades: readonly Shade[]
}

/** Of the whole device, or of one part of it and what concerns the whole. */
export function useHappenings(device: string, resource: string | undefined, range: ChartRange): Happenings {
  const { t } = useTranslation()
  const words = useWords()
  const maySee = useMaySee()
  const found = useQuery(chartAlarmsQuery(device, range)).data
  const work = useQuery({ ...chartWorkQuery(device, range), enabled: maySee }).data?.items
  return useMemo(() => {
    const fits = (alarm: AlarmRow) => resource === undefined || alarm.resource === '' || alarm.resource === resource
    const alarms = (found ?? []).filter(fits)
    return {
      alarms,
      marks: alarms.map((alarm) => ({
        ...{ at: alarm.raisedAt, until: alarm.isCleared ? alarm.clearedAt : null, severity: alarm.perceivedSeverity },
        text: [words.alarmType(alarm.alarmType), resourceName(alarm.resource)].filter(Boolean).join(' '),
      })),
      shades: (work ?? []).map(({ start, end, title }) => ({
        ...{ from: start, to: end },
        text: `${t('chart.work')}: ${title}, ${fullTime(start).slice(11, 16)}–${fullTime(end).slice(11, 16)}`,
      })),
    }
  }, [found, work, resource, words, t])
}

const SHOWN = 8

/** The alarms of the picture, each with its way to the alarm. */
export function AlarmsInRange({ alarms }: { alarms: readonly AlarmRow[] }) {
  const { t } = useTranslation()
  const words = useWords()
  if (alarms.length === 0) return null
  return (
    <ul className={css.inRange} aria-label={t('chart.alarmsInRange')}>
      {alarms.slice(0, SHOWN).map((alarm) => (
        <li key={alarm.id}>
          <SeverityMark severity={alarm.perceivedSeverity} cleared={alarm.isCleared} short />
          <Link to="/alarms" search={{ view: 'all', alarm: alarm.id }}>
            {words.alarmType(alarm.alarmType)} {resourceName(alarm.resource)}
          </Link>
          <span className="quiet">
            <Time at={alarm.raisedAt} /> –{' '}
            {alarm.clearedAt === null ? t('chart.stillOpen') : <Time at={alarm.clearedAt} />}
          </span>
        </li>
      ))}
      {alarms.length > SHOWN ? (
        <li className="quiet">{t('chart.moreAlarms', { count: alarms.length - SHOWN })}</li>
      ) : null}
    </ul>
  )
}
