import { useTranslation } from 'react-i18next'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { duration, pairWithUnit, withUnit } from '../ui/format.ts'
import { SeverityMark, State } from '../ui/marks.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './headline-tiles.module.css'
import type { Headline } from './headlines.ts'

/** A row of figures; each opens its chart. One measured before `freshAfter` is grey and says when it was measured. */
export function HeadlineTiles(props: {
  of: readonly Headline[]
  freshAfter: number
  onOpen(metric: string, resource: string): void
}) {
  const { t } = useTranslation()
  if (props.of.length === 0) return null
  return (
    <section className={css.tiles} aria-label={t('headline.title')}>
      {props.of.map((headline) => (
        <button
          key={`${headline.what} ${headline.metric} ${headline.resource}`}
          type="button"
          className={css.tile}
          data-headline={headline.metric}
          data-stale={(headline.at ?? 0) < props.freshAfter}
          onClick={() => props.onOpen(headline.metric, headline.resource)}
        >
          <Title of={headline} alone={props.of.every((h) => h === headline || h.metric !== headline.metric)} />
          <Figure of={headline} stale={(headline.at ?? 0) < props.freshAfter} />
          {headline.percent === undefined ? null : (
            <span className={css.track}>
              <span
                className={css.fill}
                data-mood={headline.mood}
                data-beyond={headline.what === 'value' ? headline.beyond : undefined}
                style={{ width: `${headline.percent}%` }}
              />
            </span>
          )}
        </button>
      ))}
    </section>
  )
}

function Title({ of, alone }: { of: Headline; alone: boolean }) {
  const { t } = useTranslation()
  const words = useWords()
  const title = of.what === 'value' || of.what === 'state' ? words.metric(of.metric) : t(`headline.${of.what}`)
  const part = of.what === 'value' && (!alone || of.size !== undefined) ? resourceName(of.resource) : ''
  return (
    <span className={`${css.title} one-line`}>
      {title}
      {part === '' ? null : <b> {part}</b>}
    </span>
  )
}

function Figure({ of, stale }: { of: Headline; stale: boolean }) {
  return (
    <>
      <Value of={of} />
      {stale ? (
        <span className="quiet">
          <Time at={of.at} />
        </span>
      ) : null}
    </>
  )
}

function Value({ of }: { of: Headline }) {
  const { t } = useTranslation()
  const words = useWords()
  switch (of.what) {
    case 'value':
      return (
        <span className={css.figure} data-mood={of.mood} data-beyond={of.beyond}>
          {of.beyond === undefined ? null : <SeverityMark severity={of.beyond} short />}
          {withUnit(of.value, of.unit)}
          {of.size === undefined ? null : <small>{t('headline.ofSize', { size: withUnit(of.size, 'By') })}</small>}
        </span>
      )
    case 'state':
      return (
        <span className={css.figure}>
          <State tone={of.mood === 'plain' ? 'strong' : of.mood} word={words.state(of.label)} />
          {of.batterySeconds === undefined ? null : (
            <small>{t('headline.onBattery', { time: duration(of.batterySeconds * 1000) })}</small>
          )}
        </span>
      )
    case 'ports':
      return <span className={css.figure}>{t('headline.portsValue', { up: of.up, all: of.all })}</span>
    case 'traffic':
      return <span className={css.figure}>{pairWithUnit(of.inBits, of.outBits, 'bit/s')}</span>
    case 'ping':
      return (
        <span className={css.figure} data-mood={of.mood}>
          {of.rttMs === null ? '–' : withUnit(of.rttMs, 'ms')}
          <small>{t('headline.loss', { percent: withUnit(of.loss, '%') })}</small>
        </span>
      )
    case 'load':
      return <span className={css.figure}>{of.values.map((value) => value.toFixed(2)).join(' / ')}</span>
  }
}
