// The second line of the bar: by customer, site, device, fault, source, owner, and acknowledgements that grow old.
import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { BoardFacet, BoardFacets } from '#shared/http/alarm-board.ts'
import { get } from '../api/client.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { useWords } from '../ui/words.ts'
import css from './alarm-toolbar.module.css'
import { type AlarmSearch, FACETS, NOBODY, partsOf } from './alarm-view.ts'
import { columnLabel } from './column-label.ts'
import type { AlarmList } from './use-alarm-list.ts'

const SHOWN_VALUES = 40
const HOURS = [1, 4, 8, 24, 72] as const

export function AlarmFilters(props: {
  search: AlarmSearch
  list: AlarmList
  onSearch(change: Partial<AlarmSearch>): void
}) {
  const { t } = useTranslation()
  const { search, list, onSearch } = props
  const { sort: _sort, dir: _dir, open: _open, ...filter } = list.params
  const facets = useQuery({
    queryKey: ['alarm-facets', filter],
    queryFn: ({ signal }) => get<BoardFacets>('/alarms/facets', filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  }).data
  const filtered = FACETS.some((facet) => search[facet] !== undefined) || search.ackedOver !== undefined
  const hours = (count: number) => t('alarms.ackedOverHours', { count })
  return (
    <div className={css.filters} role="toolbar" aria-label={t('alarms.filters')}>
      {FACETS.map((facet) => (
        <FacetMenu key={facet} {...{ facet, search, facets, onSearch }} />
      ))}
      <MenuButton
        target={
          <FilterButton
            label={search.ackedOver === undefined ? t('alarms.ackedOver') : hours(search.ackedOver)}
            on={search.ackedOver !== undefined}
          />
        }
        entries={[
          ...HOURS.map((count) => ({
            key: String(count),
            label: hours(count),
            checked: search.ackedOver === count,
            onSelect: () => onSearch({ ackedOver: count, view: 'ack' }),
          })),
          {
            key: 'any',
            label: t('alarms.anyValue'),
            divided: true,
            onSelect: () => onSearch({ ackedOver: undefined, ...(search.view === 'ack' ? { view: undefined } : {}) }),
          },
        ]}
      />
      {filtered ? (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() =>
            onSearch({ ...Object.fromEntries(FACETS.map((facet) => [facet, undefined])), ackedOver: undefined })
          }
        >
          {t('alarms.removeFilters')}
        </Button>
      ) : null}
    </div>
  )
}

function FacetMenu(props: {
  facet: BoardFacet
  search: AlarmSearch
  facets: BoardFacets | undefined
  onSearch(change: Partial<AlarmSearch>): void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { facet, search, facets, onSearch } = props
  const chosen = partsOf(search[facet])
  const known = facets?.[facet] ?? []
  const nameOf = (value: string) => {
    if (facet === 'type') return words.alarmType(value)
    if (facet === 'source') return t(`source.${value}`, { defaultValue: value })
    if (facet === 'owner' && value === NOBODY) return t('alarms.nobody')
    return known.find((one) => one.value === value)?.name ?? value
  }
  const set = (values: readonly string[]) => onSearch({ [facet]: values.length > 0 ? values.join(',') : undefined })
  const missing = chosen.filter((value) => !known.some((one) => one.value === value))
  const entries: MenuEntry[] = [...missing.map((value) => ({ value, count: 0 })), ...known]
    .slice(0, SHOWN_VALUES)
    .map(({ value, count }) => ({
      key: value,
      label: (
        <span className={css.value}>
          {nameOf(value)} <i className="num">{grouped(count)}</i>
        </span>
      ),
      checked: chosen.includes(value),
      onSelect: () => set(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]),
    }))
  if (chosen.length > 0) entries.push({ key: '', label: t('alarms.anyValue'), divided: true, onSelect: () => set([]) })
  const label = columnLabel(t, facet)
  const shown = chosen.length === 1 ? nameOf(chosen[0] as string) : String(chosen.length)
  return (
    <MenuButton
      staysOpen
      target={<FilterButton label={chosen.length === 0 ? label : `${label}: ${shown}`} on={chosen.length > 0} />}
      entries={entries}
    />
  )
}

/** Also takes what a menu gives its button. */
function FilterButton({ label, on, ...more }: { label: string; on: boolean } & Record<string, unknown>) {
  return (
    <button type="button" {...more} className={css.filter} data-on={on}>
      {label}
      <Icon name="open" size={11} />
    </button>
  )
}
