// Numbers that can be read from the door.
import { useTranslation } from 'react-i18next'
import type { KioskAlarms, KioskCounters } from '#shared/http/kiosk.ts'
import css from './counter-board.module.css'

export const SEVERITIES = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const
const LETTERS = { critical: 'C', major: 'M', minor: 'm', warning: 'w', indeterminate: '?' } as const

export function CounterBoard({ alarms, counters }: { alarms: KioskAlarms; counters: KioskCounters }) {
  const { t } = useTranslation()
  const { devices, agents } = counters
  const watched = devices.up + devices.down + devices.unknown
  return (
    <div className={css.tiles}>
      {SEVERITIES.filter((severity) => severity !== 'indeterminate' || alarms.counts.indeterminate.open > 0).map(
        (severity) => {
          const { open, fresh } = alarms.counts[severity]
          return (
            <section
              key={severity}
              className={css.tile}
              data-severity={open > 0 ? severity : 'none'}
              data-loud={fresh > 0 && (severity === 'critical' || severity === 'major')}
            >
              <h2 className={css.name}>
                <span className={css.letter} aria-hidden="true">
                  {LETTERS[severity]}
                </span>
                {t(`severity.${severity}`)}
              </h2>
              <span className={`${css.value} num`}>{open}</span>
              <span className={css.note}>{t('kiosk.fresh', { count: fresh })}</span>
            </section>
          )
        },
      )}
      <Tile name={t('kiosk.incidents')} value={counters.openIncidents} note={t('kiosk.open')} />
      <Tile
        name={t('kiosk.devicesDown')}
        value={devices.down}
        note={t('kiosk.ofDevices', { count: watched })}
        tone={devices.down > 0 ? 'critical' : 'none'}
      />
      <Tile
        name={t('kiosk.devicesUnknown')}
        value={devices.unknown}
        note={t('kiosk.ofDevices', { count: watched })}
        tone={devices.unknown > 0 ? 'unknown' : 'none'}
      />
      <Tile
        name={t('kiosk.agentsAway')}
        value={agents.unknown}
        note={t('kiosk.agentsOnline', { count: agents.online })}
        tone={agents.unknown > 0 ? 'major' : 'none'}
      />
    </div>
  )
}

function Tile(props: { name: string; value: number; note: string; tone?: string }) {
  return (
    <section className={css.tile} data-severity={props.tone ?? 'none'}>
      <h2 className={css.name}>{props.name}</h2>
      <span className={`${css.value} num`}>{props.value}</span>
      <span className={css.note}>{props.note}</span>
    </section>
  )
}
