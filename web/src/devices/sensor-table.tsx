import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LatestSample } from '#shared/http/inventory.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { SeverityMark } from '../ui/marks.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './device.module.css'
import { sampleText } from './latest-table.tsx'
import { RowButton } from './row-button.tsx'
import type { SensorRow } from './sensors.ts'

/** Each sensor with its limits; the worst first. */
export function SensorTable({ rows, onOpen }: { rows: readonly SensorRow[]; onOpen(sample: LatestSample): void }) {
  const { t } = useTranslation()
  const words = useWords()
  const columns = useMemo<readonly DataColumn<SensorRow>[]>(
    () => [
      {
        id: 'metric',
        label: t('column.metric'),
        value: ({ sample }) => words.series(sample),
        cell: ({ sample }) => (
          <RowButton title={sample.metric} onOpen={() => onOpen(sample)}>
            {words.series(sample)}
          </RowButton>
        ),
      },
      {
        id: 'resource',
        label: t('column.resource'),
        value: ({ sample }) => sample.resource,
        cell: ({ sample }) => resourceName(sample.resource) || <span className="quiet">–</span>,
      },
      {
        id: 'value',
        label: t('column.value'),
        width: 190,
        value: ({ sample }) => sample.value ?? Number.NEGATIVE_INFINITY,
        cell: (row) => <Reading row={row} text={sampleText(row.sample, words)} />,
      },
      {
        id: 'limits',
        label: t('device.limits'),
        wideOnly: true,
        cell: ({ sample }) => <Limits sample={sample} />,
      },
      {
        id: 'at',
        label: t('column.at'),
        width: 100,
        wideOnly: true,
        value: ({ sample }) => sample.at ?? 0,
        cell: ({ sample }) => <Time at={sample.at} />,
      },
    ],
    [t, words, onOpen],
  )
  return (
    <DataTable
      rows={rows}
      columns={columns}
      keyOf={({ sample }) => `${sample.metric} ${sample.resource}`}
      onOpen={({ sample }) => onOpen(sample)}
    />
  )
}

function Reading({ row: { beyond, share }, text }: { row: SensorRow; text: string }) {
  const tone = beyond === null ? 'good' : beyond === 'critical' || beyond === 'major' ? 'bad' : 'warn'
  return (
    <span className={css.use}>
      <span className={css.useHead}>
        <span className={css.beyond} data-beyond={beyond ?? undefined}>
          {beyond === null ? null : <SeverityMark severity={beyond} short />}
          <b className="num">{text}</b>
        </span>
      </span>
      {share === null ? null : (
        <span className={css.track}>
          <span
            className={css.fill}
            style={{ width: `${Math.max(share, 0.5)}%` }}
            data-tone={tone}
            data-beyond={beyond ?? undefined}
          />
        </span>
      )}
    </span>
  )
}

function Limits({ sample: { limits, severities, unit } }: { sample: LatestSample }) {
  const { t } = useTranslation()
  const words = useWords()
  if (limits !== undefined) {
    const of = [
      ['warning', '≤', limits.lowWarning],
      ['critical', '≤', limits.lowCritical],
      ['warning', '≥', limits.highWarning],
      ['critical', '≥', limits.highCritical],
    ] as const
    return (
      <span className={css.limitList}>
        {of.flatMap(([severity, sign, value]) =>
          value === undefined
            ? []
            : [
                <span key={`${severity}${sign}`}>
                  <SeverityMark severity={severity} short /> {sign} {withUnit(value, unit)}
                </span>,
              ],
        )}
      </span>
    )
  }
  const bad = Object.entries(severities ?? {})
  if (bad.length === 0) return <span className="quiet">{t('device.noLimits')}</span>
  return (
    <span className={css.limitList}>
      {bad.slice(0, 4).map(([label, severity]) => (
        <span key={label}>
          <SeverityMark severity={severity} short /> {words.state(label)}
        </span>
      ))}
    </span>
  )
}
