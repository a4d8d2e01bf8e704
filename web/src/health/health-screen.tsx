// How Outrider itself is: what needs somebody first, then every part with its figure and the last hour.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { HealthPart, HealthState } from '#shared/http/health.ts'
import { clock } from '../api/clock.ts'
import { sessionQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { duration } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { Failed, Forbidden, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import css from './health.module.css'
import { partsQuery } from './health-queries.ts'
import { byGroup, figureOf, troubles, worst } from './health-view.ts'
import { useFactWords } from './part-facts.ts'
import { TrendLine } from './trend-line.tsx'

export function HealthScreen() {
  const { t } = useTranslation()
  const mayLook = useMayLookInto()
  const isLimited = useQuery(sessionQuery).data?.customers !== null
  return (
    <>
      <ScreenTitle title={t('nav.health')} />
      {mayLook && !isLimited ? <Health /> : <Forbidden />}
    </>
  )
}

const TONES: Readonly<Record<HealthState, Tone>> = { ok: 'good', warning: 'warn', bad: 'bad' }

function Health() {
  const { t } = useTranslation()
  const query = useQuery(partsQuery)
  const parts = query.data?.parts ?? []
  if (query.isError && query.data === undefined)
    return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonRows count={12} />
  const wrong = troubles(parts)
  const state = worst(parts)
  return (
    <div className={page.page} data-health={state}>
      <div className={css.summary} data-state={state}>
        <State tone={TONES[state]} word={t(`healthState.${state}`)} />
        <span className="quiet num">
          {query.data.version} · {t('health.since')} <Time at={query.data.startedAt} />
        </span>
        <ClockOfBrowser />
      </div>
      {wrong.length === 0 ? null : (
        <ul className={css.troubles}>
          {wrong.map((part) => (
            <li key={part.id} className={page.notice} data-tone={part.state === 'bad' ? 'bad' : 'warn'}>
              <Advice part={part} />
            </li>
          ))}
        </ul>
      )}
      <div className={css.groups}>
        {byGroup(parts).map(({ group, parts: own }) => (
          <Panel key={group} title={t(`healthGroup.${group}`)}>
            <ul className={css.parts}>
              {own.map((part) => (
                <PartLine key={part.id} part={part} />
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </div>
  )
}

function PartLine({ part }: { part: HealthPart }) {
  const { t } = useTranslation()
  const facts = useFactWords()(part)
  const figure = figureOf(part)
  return (
    <li className={css.part} data-part={part.id} data-state={part.state}>
      <span className={css.mark}>
        <State tone={TONES[part.state]} word="" shape={part.state === 'ok' ? 'dot' : 'ring'} />
        <span className="sr-only">{t(`healthState.${part.state}`)}</span>
      </span>
      <span className={css.name}>
        {t(`healthPart.${part.id}`, { defaultValue: part.id })}
        {facts === '' ? null : <span className="quiet"> {facts}</span>}
      </span>
      <TrendLine trend={part.trend} state={part.state} />
      <span className={`${css.figure} num`}>
        {part.unit === 'at' && part.value !== null ? <Time at={part.value} /> : (figure ?? <NoFigure part={part} />)}
      </span>
    </li>
  )
}

/** What stands where a part has no figure. */
function NoFigure({ part }: { part: HealthPart }) {
  const { t } = useTranslation()
  if (part.state !== 'ok' && part.unit === '') return t('health.not')
  if (part.id === 'retention') return null
  return <span className="quiet">{t(part.unit === '' ? 'health.fine' : 'health.none')}</span>
}

/** What is wrong and what to do; with the way there where the console has one. */
function Advice({ part }: { part: HealthPart }) {
  const { t } = useTranslation()
  const facts = useFactWords()(part)
  const to = WAYS[part.id]
  return (
    <div>
      <b>{t(`healthAdvice.${part.advice}.what`, { defaultValue: part.advice ?? part.id })}</b>{' '}
      <span className="quiet">
        {[figureOf(part) && `${t(`healthPart.${part.id}`, { defaultValue: part.id })} ${figureOf(part)}`, facts]
          .filter(Boolean)
          .join(' · ')}
        {part.unit === 'at' && part.value !== null ? (
          <>
            {' '}
            <Time at={part.value} />
          </>
        ) : null}
      </span>
      <div>
        <Marked text={t(`healthAdvice.${part.advice}.do`, { defaultValue: '' })} />{' '}
        {to === undefined ? null : (
          <Link to={to} className={css.way}>
            {t('health.show')}
          </Link>
        )}
      </div>
    </div>
  )
}

const WAYS: Readonly<Record<string, '/agents' | '/notifications' | '/rules'>> = {
  ...{ agents: '/agents', backlog: '/agents', lost: '/agents', quarantine: '/agents', clock: '/agents' },
  ...{ certificates: '/agents', notifications: '/notifications', rules: '/rules' },
}

/** What is to be typed stands between backticks. */
function Marked({ text }: { text: string }) {
  return text.split('`').map((part, i) =>
    i % 2 === 1 ? (
      <code key={part} className="mono">
        {part}
      </code>
    ) : (
      part
    ),
  )
}

/** The clock of this machine is the reader's to put right. */
function ClockOfBrowser() {
  const { t } = useTranslation()
  const off = clock.browserAheadMs()
  if (Math.abs(off) < 5000) return null
  return <span className={page.problem}>{t('health.browserClock', { by: duration(Math.abs(off)) })}</span>
}
