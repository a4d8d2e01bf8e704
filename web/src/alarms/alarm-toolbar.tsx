// Above the list: counters that filter, what is set aside, search, saved views, filters, columns, sound.
import { ActionIcon, TextInput } from '@mantine/core'
import { lazy, type RefObject, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Severity } from '#shared/domain/severity.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { useTypedSearch } from '../ui/typed-search.ts'
import { ALARM_COLUMN_IDS } from './alarm-columns.tsx'
import css from './alarm-toolbar.module.css'
import { ALARM_VIEWS, type AlarmSearch, FACETS, SEVERITY_ORDER } from './alarm-view.ts'
import { columnLabel } from './column-label.ts'
import { toList } from './use-alarm-keys.ts'
import type { AlarmList } from './use-alarm-list.ts'

const AlarmFilters = lazy(async () => ({ default: (await import('./alarm-filters.tsx')).AlarmFilters }))
const ViewMenu = lazy(async () => ({ default: (await import('./view-menu.tsx')).ViewMenu }))
const ExportButton = lazy(async () => ({ default: (await import('./export-button.tsx')).ExportButton }))

export interface AlarmToolbarProps {
  readonly search: AlarmSearch
  readonly list: AlarmList
  readonly visible: readonly string[]
  readonly chosen: readonly string[] | null
  readonly searchBox: RefObject<HTMLInputElement | null>
  onSearch(change: Partial<AlarmSearch>): void
  onColumns(ids: readonly string[] | null): void
}

export function AlarmToolbar(props: AlarmToolbarProps) {
  const { t } = useTranslation()
  const { search, list, onSearch } = props
  const { counts, views } = list.snapshot
  const severities = search.severity ?? []
  const filtered = FACETS.filter((facet) => search[facet] !== undefined).length + (search.ackedOver ? 1 : 0)
  const [wanted, setWanted] = useState(false)

  function toggle(severity: Severity) {
    const next = severities.includes(severity) ? severities.filter((s) => s !== severity) : [...severities, severity]
    onSearch({ severity: next.length > 0 ? next : undefined })
  }

  return (
    <>
      <div className={css.bar} role="toolbar" aria-label={t('alarms.toolbar')}>
        <div className={css.counters}>
          {SEVERITY_ORDER.filter((s) => s !== 'indeterminate' || counts[s] > 0).map((severity) => (
            <button
              key={severity}
              type="button"
              className={css.counter}
              aria-pressed={severities.includes(severity)}
              data-zero={counts[severity] === 0}
              title={t('alarms.filterBy', { severity: t(`severity.${severity}`) })}
              onClick={() => toggle(severity)}
            >
              <SeverityMark severity={severity} short />
              <span className={css.word}>{t(`severity.${severity}`)}</span>
              <b className="num">{grouped(counts[severity])}</b>
            </button>
          ))}
        </div>
        <fieldset className={css.views} style={{ border: 0, margin: 0 }} aria-label={t('alarms.views')}>
          {ALARM_VIEWS.map((view) => (
            <button
              key={view}
              type="button"
              className={css.view}
              aria-pressed={(search.view ?? 'active') === view}
              title={t(`viewTitle.${view}`)}
              onClick={() => onSearch({ view: view === 'active' ? undefined : view })}
            >
              {t(`view.${view}`)}
              {views[view] > 0 ? <i className="num">{grouped(views[view])}</i> : null}
            </button>
          ))}
        </fieldset>
        <div className={css.end}>
          <SearchBox {...props} />
          <div className={css.tools}>
            <ActionIcon
              aria-label={t('alarms.filters')}
              title={t('alarms.filters')}
              aria-expanded={wanted || filtered > 0}
              size="md"
              onClick={() => setWanted(!wanted)}
            >
              <Icon name="filter" />
            </ActionIcon>
            <Suspense>
              <ViewMenu search={search} columns={props.chosen} onSearch={onSearch} onColumns={props.onColumns} />
              <span className={css.wide}>
                <ExportButton search={search} list={list} columns={props.visible} />
              </span>
            </Suspense>
            <ColumnMenu {...props} />
          </div>
        </div>
      </div>
      {wanted || filtered > 0 ? (
        <Suspense>
          <AlarmFilters search={search} list={list} onSearch={onSearch} />
        </Suspense>
      ) : null}
    </>
  )
}

function SearchBox({ search, searchBox, onSearch }: AlarmToolbarProps) {
  const { t } = useTranslation()
  const searchFor = useCallback((q: string | undefined) => onSearch({ q }), [onSearch])
  const [typed, setTyped] = useTypedSearch(search.q, searchFor, 150)
  return (
    <TextInput
      ref={searchBox}
      className={css.search}
      type="search"
      placeholder={t('alarms.searchShort')}
      title={t('alarms.search')}
      aria-label={t('alarms.search')}
      leftSection={<Icon name="search" size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.currentTarget.blur()
        toList()
      }}
    />
  )
}

function ColumnMenu({ visible, onColumns }: AlarmToolbarProps) {
  const { t } = useTranslation()
  return (
    <MenuButton
      staysOpen
      target={
        <ActionIcon className={css.wide} aria-label={t('alarms.columns')} title={t('alarms.columns')} size="md">
          <Icon name="columns" />
        </ActionIcon>
      }
      entries={[
        ...ALARM_COLUMN_IDS.map((id) => ({
          key: id,
          label: columnLabel(t, id),
          checked: visible.includes(id),
          onSelect: () => onColumns(visible.includes(id) ? visible.filter((v) => v !== id) : [...visible, id]),
        })),
        { key: 'reset', label: t('alarms.columnsReset'), divided: true, onSelect: () => onColumns(null) },
      ]}
    />
  )
}
