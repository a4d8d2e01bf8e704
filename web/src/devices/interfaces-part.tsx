// Interfaces of a device: searched, narrowed to those that are down, sorted; a click shows one in the charts.
import { Checkbox, TextInput } from '@mantine/core'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { Empty } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { useTypedSearch } from '../ui/typed-search.ts'
import css from './device.module.css'
import type { PartProps } from './device-screen.tsx'
import { InterfaceTable } from './interface-table.tsx'
import { interfacesOf, isDown } from './interfaces.ts'
import { TRAFFIC } from './metrics.ts'

export function InterfacesPart({ device, search, show }: PartProps) {
  const { t } = useTranslation()
  const rows = useMemo(() => interfacesOf(device.series), [device.series])
  const onSearch = useCallback((q: string | undefined) => show({ q }), [show])
  const [typed, setTyped] = useTypedSearch(search.q, onSearch, 200)
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const down = rows.filter(isDown)
  const found = (search.down === true ? down : rows).filter((row) => {
    const text = `${row.name} ${row.alias}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return (
    <Panel title={t('device.interfaces', { count: rows.length })}>
      <div className={css.filterBar}>
        <TextInput
          type="search"
          placeholder={t('device.searchInterfaces')}
          aria-label={t('device.searchInterfaces')}
          leftSection={<Icon name="search" size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label={t('device.onlyDown', { count: down.length })}
          checked={search.down === true}
          onChange={(event) => show({ down: event.currentTarget.checked || undefined })}
        />
      </div>
      {found.length === 0 ? (
        <Empty icon="check" title={search.down === true ? t('device.noneDown') : t('devices.noneMatch')} small />
      ) : (
        <InterfaceTable
          rows={found}
          onOpen={({ resource }) => {
            const own = device.series.filter((sample) => sample.resource === resource)
            const metric = (own.find((sample) => sample.metric === TRAFFIC.in) ?? own[0])?.metric
            show({ part: 'charts', metric, resource })
          }}
        />
      )}
    </Panel>
  )
}
