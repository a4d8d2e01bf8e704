import { TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LatestSample } from '#shared/http/inventory.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { useWords, type Words } from '../ui/words.ts'
import { beyondOf } from './beyond.ts'
import css from './device.module.css'
import { shownValue } from './metrics.ts'
import { RowButton } from './row-button.tsx'

/** More rows than a person reads; the search box finds the rest. */
const SHOWN = 200

export function LatestTable({
  series,
  onOpen,
}: {
  series: readonly LatestSample[]
  onOpen(sample: LatestSample): void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const [q, setQ] = useState('')
  const columns = useMemo<readonly DataColumn<LatestSample>[]>(
    () => [
      {
        id: 'metric',
        label: t('column.metric'),
        value: (s) => words.series(s),
        cell: (s) => (
          <RowButton title={s.metric} onOpen={() => onOpen(s)}>
            {words.series(s)}
          </RowButton>
        ),
      },
      {
        id: 'resource',
        label: t('column.resource'),
        value: (s) => s.resource,
        cell: (s) => resourceName(s.resource) || <span className="quiet">–</span>,
      },
      {
        id: 'value',
        label: t('column.value'),
        right: true,
        value: (s) => s.value ?? 0,
        cell: (s) => <Value sample={s} text={sampleText(s, words)} />,
      },
      {
        id: 'at',
        label: t('column.at'),
        width: 110,
        wideOnly: true,
        value: (s) => s.at ?? 0,
        cell: (s) => <Time at={s.at} />,
      },
    ],
    [t, words, onOpen],
  )
  const asked = q.toLowerCase().split(/\s+/).filter(Boolean)
  const found = series.filter((s) => {
    const text = `${s.metric} ${words.series(s)} ${s.resource}`.toLowerCase()
    return asked.every((word) => text.includes(word))
  })
  if (series.length === 0) return <Empty icon="devices" title={t('device.noValues')} small />
  return (
    <>
      <div style={{ padding: '8px 14px' }}>
        <TextInput
          type="search"
          placeholder={t('device.searchValues')}
          aria-label={t('device.searchValues')}
          leftSection={<Icon name="search" size={14} />}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
          maw={300}
        />
      </div>
      <div style={{ maxHeight: 420, overflow: 'auto' }}>
        <DataTable
          rows={found.slice(0, SHOWN)}
          columns={columns}
          keyOf={(s) => `${s.metric} ${s.resource}`}
          onOpen={onOpen}
        />
      </div>
      {found.length > SHOWN ? (
        <p className="quiet" style={{ margin: 0, padding: '8px 14px' }}>
          {t('device.moreValues', { shown: SHOWN, all: found.length })}
        </p>
      ) : null}
    </>
  )
}

/** What is beyond its limits has the letter and colour of its severity. */
function Value({ sample, text }: { sample: LatestSample; text: string }) {
  const { t } = useTranslation()
  const beyond = beyondOf(sample)
  if (beyond === null) return <b className="num">{text}</b>
  return (
    <span className={css.beyond} data-beyond={beyond} title={t('device.beyond')}>
      <SeverityMark severity={beyond} short />
      <b className="num">{text}</b>
    </span>
  )
}

/** A state's label, or the number with its unit; counters are shown as rates. */
export function sampleText(sample: LatestSample, words: Pick<Words, 'state'>): string {
  if (sample.kind === 'state' && sample.value !== null)
    return words.state(sample.states?.[String(sample.value)] ?? String(sample.value))
  const shown = shownValue(sample)
  return shown === null ? '–' : withUnit(shown.value, shown.unit)
}
