// More lines in the chart: of this device, or of another one at the same place.
import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail, DeviceRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { get } from '../api/client.ts'
import { deviceQuery } from '../api/queries.ts'
import { Icon } from '../ui/icons.tsx'
import { useWords } from '../ui/words.ts'
import css from './device.module.css'
import { MOST_MORE, moreText } from './device-parts.ts'
import { metricsOf } from './metrics.ts'

export interface MoreLinesProps {
  readonly device: DeviceDetail
  readonly chosen: readonly string[]
  onAdd(line: string): void
}

export function MoreLines({ device, chosen, onAdd }: MoreLinesProps) {
  const { t } = useTranslation()
  const words = useWords()
  const [of, setOf] = useState(device.id)
  const [metric, setMetric] = useState('')
  const [resource, setResource] = useState('')
  const others = useQuery({
    queryKey: ['devices', 'beside', device.site],
    queryFn: ({ signal }) => get<Page<DeviceRow>>('/devices', { site: device.site, limit: 500 }, signal),
    staleTime: 60_000,
  }).data
  const fetched = useQuery({ ...deviceQuery(of), enabled: of !== device.id }).data
  const shown = of === device.id ? device : fetched
  const metrics = useMemo(() => metricsOf(shown?.series ?? []), [shown])
  const known = metrics.find((one) => one.metric === metric) ?? metrics[0]
  const part = known?.resources.includes(resource) ? resource : (known?.resources[0] ?? '')
  const line = known && moreText({ device: of, metric: known.metric, resource: part })
  const full = chosen.length >= MOST_MORE
  const rows = [device, ...(others?.items.filter((one) => one.id !== device.id) ?? [])]
  return (
    <div className={css.more}>
      <NativeSelect
        label={t('chart.addFrom')}
        value={of}
        onChange={(event) => setOf(event.currentTarget.value)}
        data={rows.map((one) => ({ value: one.id, label: one.name }))}
      />
      <NativeSelect
        label={t('column.metric')}
        value={known?.metric ?? ''}
        onChange={(event) => setMetric(event.currentTarget.value)}
        data={metrics.map((one) => ({ value: one.metric, label: words.metric(one.metric) }))}
      />
      <NativeSelect
        label={t('column.resource')}
        value={part}
        onChange={(event) => setResource(event.currentTarget.value)}
        data={(known?.resources ?? ['']).map((value) => ({
          value,
          label: resourceName(value) || t('result.wholeDevice'),
        }))}
      />
      <Button
        variant="default"
        leftSection={<Icon name="plus" size={13} />}
        disabled={line === undefined || full || chosen.includes(line)}
        title={full ? t('chart.full', { count: MOST_MORE }) : undefined}
        onClick={() => line && onAdd(line)}
      >
        {t('chart.add')}
      </Button>
    </div>
  )
}
