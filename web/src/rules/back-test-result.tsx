import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackTestResult, RealIncident } from '#shared/http/back-tests.ts'
import { sitesQuery } from '../api/queries.ts'
import { duration, grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { dayChartOf } from './back-test-view.ts'
import { DayBars } from './day-bars.tsx'
import css from './rules.module.css'
import { WouldBeAlarms } from './would-be-alarms.tsx'

export interface BackTestResultProps {
  readonly result: BackTestResult
  readonly from: number
  readonly to: number
  readonly stale: boolean
}

export function BackTestResultView({ result, from, to, stale }: BackTestResultProps) {
  const { t } = useTranslation()
  const { candidate, current, compared } = result
  const sites = useQuery(sitesQuery).data?.items
  const names = useMemo(() => new Map(sites?.map((site) => [site.customer, site.customerName])), [sites])
  const chart = useMemo(() => dayChartOf(candidate, from, to), [candidate, from, to])
  const perDay = (value: number) => (value >= 10 ? String(Math.round(value)) : value.toFixed(1))
  const tiles: readonly (readonly [string, string, (string | undefined)?])[] = [
    ['alarms', grouped(candidate.alarms), current ? grouped(current.alarms) : undefined],
    ['perDay', perDay(candidate.perDay), current ? perDay(current.perDay) : undefined],
    ['opening', grouped(candidate.opening), current ? grouped(current.opening) : undefined],
    ['standing', grouped(candidate.standing), current ? grouped(current.standing) : undefined],
    ['withoutIncident', grouped(candidate.withoutIncident), current ? grouped(current.withoutIncident) : undefined],
    ['median', candidate.duration ? duration(candidate.duration.median) : '–'],
  ]
  return (
    <div className={page.stack} data-back-test-result>
      {stale ? (
        <p className={page.notice} data-tone="warn">
          <span>{t('backTest.stale')}</span>
        </p>
      ) : null}
      {result.notes.map((note) => (
        <p key={note.code} className={page.notice} data-tone={note.code === 'nothing-selected' ? 'bad' : 'warn'}>
          <Icon name="note" />
          <span>
            {t(`backTestNote.${note.code}`, { count: note.count ?? 0 })}{' '}
            {note.at === null ? null : <Time at={note.at} full />}
          </span>
        </p>
      ))}
      <Panel title={t('backTest.perDayTitle')}>
        <div className={page.body}>
          <div className={css.tiles}>
            {tiles.map(([name, value, before]) => (
              <div key={name} className={css.tile}>
                <b className="num">{value}</b>
                <span>{t(`backTest.figure.${name}`)}</span>
                {before === undefined ? null : <span className="num">{t('backTest.before', { value: before })}</span>}
              </div>
            ))}
          </div>
          <DayBars chart={chart} nameOf={(customer) => names.get(customer) ?? customer} />
          <p className={page.hint}>
            {t('backTest.looked', {
              series: grouped(result.read.series),
              devices: grouped(result.read.devices),
              samples: grouped(result.read.samples),
            })}
          </p>
        </div>
      </Panel>
      <div className={page.columns}>
        <Panel title={t('backTest.missed', { count: result.missed.length })}>
          <Incidents of={result.missed} none={t('backTest.noneMissed')} />
        </Panel>
        <Panel title={t('backTest.caught', { count: result.caught.length })}>
          <Incidents of={result.caught} none={t('backTest.noneCaught')} />
        </Panel>
      </div>
      {compared === null ? null : (
        <Panel title={t('backTest.compared')}>
          <div className={page.body}>
            <p className={page.line}>
              <span>{t('backTest.same', { count: compared.same })}</span>
              <span>{t('backTest.added', { count: compared.added })}</span>
              <span>{t('backTest.gone', { count: compared.gone })}</span>
            </p>
          </div>
          {compared.goneAlarms.length === 0 ? null : (
            <WouldBeAlarms rows={compared.goneAlarms} title={t('backTest.goneTitle')} />
          )}
        </Panel>
      )}
      <Panel title={t('backTest.alarms', { count: candidate.alarms })}>
        <WouldBeAlarms rows={result.alarms} total={candidate.alarms} />
      </Panel>
    </div>
  )
}

function Incidents({ of, none }: { of: readonly (RealIncident & { readonly earlier?: number })[]; none: string }) {
  const { t } = useTranslation()
  if (of.length === 0) return <Empty icon="incidents" title={none} small />
  return (
    <ul className={`${css.list} ${page.body}`}>
      {of.slice(0, 50).map((one) => (
        <li key={one.id}>
          <div className={page.line}>
            <Link to="/incidents/$id" params={{ id: one.id }} className="num">
              #{one.number}
            </Link>
            <span>{one.title}</span>
          </div>
          <div className={`quiet ${page.line}`}>
            <Time at={one.openedAt} site={one.site} />
            {one.earlier === undefined ? null : (
              <span>
                {t(one.earlier >= 0 ? 'backTest.earlier' : 'backTest.later', { time: duration(Math.abs(one.earlier)) })}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
