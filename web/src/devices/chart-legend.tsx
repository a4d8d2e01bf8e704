import { ActionIcon } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { withUnit } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { readerZone } from '../ui/zone.ts'
import type { LimitLine } from './beyond.ts'
import css from './device.module.css'
import type { Line } from './metrics.ts'

export interface LegendProps {
  readonly lines: readonly Line[]
  /** Series there are, shown or not. */
  readonly all: number
  readonly limits: readonly LimitLine[]
  readonly hasWork: boolean
  /** Lines that were added and can be taken away. */
  readonly added: ReadonlyMap<Line, string>
  nameOf(line: Line): string
  onRemove(added: string): void
}

/** Which line is which; what the other marks mean; whose clock it is. */
export function ChartLegend({ lines, all, limits, hasWork, added, nameOf, onRemove }: LegendProps) {
  const { t } = useTranslation()
  const units = [...new Set(lines.map((line) => line.unit))]
  return (
    <div className={css.legend}>
      {(lines.length < 2 ? [] : lines).map((line, i) => (
        <span key={`${added.get(line) ?? ''} ${line.metric} ${line.resource}`} data-line>
          <i style={{ background: `var(--o-line-${(i % 8) + 1})` }} />
          {nameOf(line)}
          {units.indexOf(line.unit) > 1 ? <em className="quiet">{t('chart.noAxis')}</em> : null}
          {added.has(line) ? (
            <ActionIcon
              variant="subtle"
              size={18}
              aria-label={t('chart.takeAway', { name: nameOf(line) })}
              onClick={() => onRemove(added.get(line) as string)}
            >
              <Icon name="close" size={10} />
            </ActionIcon>
          ) : null}
        </span>
      ))}
      {limits.map(({ severity, value }) => (
        <span key={`${severity} ${value}`} className={css.limits} data-severity={severity}>
          {t(`severity.${severity}`)} {withUnit(value, lines[0]?.unit ?? '')}
        </span>
      ))}
      {hasWork ? (
        <span>
          <i className={css.workSwatch} />
          {t('chart.work')}
        </span>
      ) : null}
      {all > lines.length ? (
        <span className="quiet">{t('device.moreLines', { count: all - lines.length })}</span>
      ) : null}
      <span className={`quiet ${css.zone}`}>{readerZone()}</span>
    </div>
  )
}
