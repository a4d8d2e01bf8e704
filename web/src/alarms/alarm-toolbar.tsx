// Above the list: counters that filter, what is set aside, search, columns.
import { ActionIcon, TextInput } from '@mantine/core'
import { type RefObject, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Severity } from '#shared/domain/severity.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { useTypedSearch } from '../ui/typed-search.ts'
import { ALARM_COLUMN_IDS, type AlarmColumnId } from './alarm-columns.tsx'
import css from './alarm-toolbar.module.css'
import { ALARM_VIEWS, type AlarmSearch, type AlarmSelection, SEVERITY_ORDER } from './alarm-view.ts'

export interface AlarmToolbarProps {
  readonly search: AlarmSearch
  readonly selection: AlarmSelection
  readonly visible: readonly AlarmColumnId[]
  readonly searchBox: RefObject<HTMLInputElement | null>
  onSearch(change: Partial<AlarmSearch>): void
  onColumns(ids: readonly AlarmColumnId[] | null): void
}

export function AlarmToolbar(props: AlarmToolbarProps) {
  const { t } = useTranslation()
  const { search, selection, onSearch } = props
  const severities = search.severity ?? []

  function toggle(severity: Severity) {
    const next = severities.includes(severity) ? severities.filter((s) => s !== severity) : [...severities, severity]
    onSearch({ severity: next.length > 0 ? next : undefined })
  }

  return (
    <div className={css.bar} role="toolbar" aria-label={t('alarms.toolbar')}>
      <div className={css.counters}>
        {SEVERITY_ORDER.filter((s) => s !== 'indeterminate' || selection.counts[s] > 0).map((severity) => (
          <button
            key={severity}
            type="button"
            className={css.counter}
            aria-pressed={severities.includes(severity)}
            data-zero={selection.counts[severity] === 0}
            title={t('alarms.filterBy', { severity: t(`severity.${severity}`) })}
            onClick={() => toggle(severity)}
          >
            <SeverityMark severity={severity} short />
            <span className={css.word}>{t(`severity.${severity}`)}</span>
            <b className="num">{grouped(selection.counts[severity])}</b>
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
            {selection.views[view] > 0 ? <i className="num">{grouped(selection.views[view])}</i> : null}
          </button>
        ))}
      </fieldset>
      <SearchBox {...props} />
      <Facets {...props} />
      <div className={`${css.spring} ${css.wide}`} />
      <ColumnMenu {...props} />
    </div>
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
      placeholder={t('alarms.search')}
      aria-label={t('alarms.search')}
      leftSection={<Icon name="search" size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

/** Site, customer or device in the address: said, and removable. */
function Facets({ search, onSearch }: AlarmToolbarProps) {
  const { t } = useTranslation()
  return (['customer', 'site', 'device'] as const)
    .filter((facet) => search[facet] !== undefined)
    .map((facet) => (
      <button
        key={facet}
        type="button"
        className={css.counter}
        style={{ paddingLeft: 10 }}
        title={t('alarms.removeFilter')}
        onClick={() => onSearch({ [facet]: undefined })}
      >
        {t(`column.${facet}`)}: {search[facet]}
        <Icon name="close" size={11} />
      </button>
    ))
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
          label: t(`column.${id}`),
          checked: visible.includes(id),
          onSelect: () => onColumns(visible.includes(id) ? visible.filter((v) => v !== id) : [...visible, id]),
        })),
        { key: 'reset', label: t('alarms.columnsReset'), divided: true, onSelect: () => onColumns(null) },
      ]}
    />
  )
}
