// Current alarms: the screen a NOC lives in. State is in the address; keys and mouse do the same things.
import { Button } from '@mantine/core'
import { type HotkeyItem, useHotkeys, useLocalStorage } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useConsole } from '../app/console.ts'
import { allWords } from '../app/i18n.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { useAlarmActions } from './alarm-actions.ts'
import { type AlarmColumnId, columnsFor } from './alarm-columns.tsx'
import type { AlarmDialogProps } from './alarm-dialog.tsx'
import { AlarmGrid } from './alarm-grid.tsx'
import css from './alarm-toolbar.module.css'
import { AlarmToolbar } from './alarm-toolbar.tsx'
import type { AlarmOrder, AlarmSearch } from './alarm-view.ts'
import { useAlarmList } from './use-alarm-list.ts'

const AlarmDialog = lazy(async () => ({ default: (await import('./alarm-dialog.tsx')).AlarmDialog }))
/** Says words that the list does not need. */
const AlarmPanel = lazy(async () => {
  const [panel] = await Promise.all([import('./alarm-panel.tsx'), allWords()])
  return { default: panel.AlarmPanel }
})

export function AlarmsScreen() {
  const { t } = useTranslation()
  const { alarms } = useConsole()
  const search = useSearch({ from: '/signed-in/alarms' })
  const navigate = useNavigate({ from: '/alarms' })
  const searchBox = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useLocalStorage<readonly AlarmColumnId[] | null>({
    key: 'outrider-alarm-columns',
    defaultValue: null,
    getInitialValueInEffect: false,
  })
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState<string>()
  const [dialog, setDialog] = useState<Pick<AlarmDialogProps, 'kind' | 'ids'>>()
  const [scrolled, setScrolled] = useState(false)
  // once fetched it stays, so that closing can glide
  const [panelWanted, setPanelWanted] = useState(search.alarm !== undefined)
  if (search.alarm !== undefined && !panelWanted) setPanelWanted(true)
  const sticky = selected.size > 0 || dialog !== undefined || scrolled || search.alarm !== undefined
  const list = useAlarmList(search, sticky)
  const { rows } = list.shown

  const setSearch = useCallback(
    (change: Partial<AlarmSearch>) =>
      void navigate({
        search: (old) => {
          const next = Object.entries({ ...old, ...change }).filter(([, value]) => value !== undefined)
          return Object.fromEntries(next) as AlarmSearch
        },
        replace: true,
      }),
    [navigate],
  )
  // a row that left the list cannot be acted on
  useEffect(() => {
    setSelected((old) => {
      const kept = [...old].filter((id) => list.snapshot.rows.has(id))
      return kept.length === old.size ? old : new Set(kept)
    })
  }, [list.snapshot])

  function move(by: number) {
    list.touch()
    const at = rows.findIndex((row) => row.id === active)
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]
    if (next) setActive(next.id)
  }
  function select(id: string, on: boolean) {
    setSelected((old) => {
      const next = new Set(old)
      if (on) next.add(id)
      else next.delete(id)
      return next
    })
  }
  const targets = (): readonly string[] => (selected.size > 0 ? [...selected] : active ? [active] : [])
  function ask(kind: AlarmDialogProps['kind'], ids = targets()) {
    if (ids.length > 0) setDialog({ kind, ids })
  }
  function letGo() {
    setSelected(new Set())
    setActive(undefined)
    list.release()
  }

  // a menu, a dialog and a focused button keep their own keys
  const key = (name: string, run: () => void): HotkeyItem => [
    name,
    (event) => {
      const at = event.target instanceof Element ? event.target : null
      if (at?.closest('[role=menu], [role=dialog]')) return
      if (name === 'Enter' && at?.closest('button, a')) return
      event.preventDefault()
      run()
    },
    { preventDefault: false },
  ]
  useHotkeys([
    key('j', () => move(1)),
    key('k', () => move(-1)),
    key('ArrowDown', () => move(1)),
    key('ArrowUp', () => move(-1)),
    key('x', () => active && select(active, !selected.has(active))),
    key('a', () => ask('acknowledge')),
    key('s', () => ask('shelve')),
    key('Enter', () => active && setSearch({ alarm: active })),
    key('/', () => searchBox.current?.focus()),
    key('Escape', letGo),
  ])

  function order(next: AlarmOrder) {
    const same = next === (search.sort ?? 'severity')
    const dir = same && (search.dir ?? 'desc') === 'desc' ? 'asc' : undefined
    setSearch({ sort: next === 'severity' ? undefined : next, dir })
  }

  const { phase, failure } = list.snapshot
  const filtered = search.severity !== undefined || search.q !== undefined || (search.view ?? 'active') !== 'active'
  const visible = columnsFor(Number.POSITIVE_INFINITY, chosen).map((column) => column.id)
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: '100%' }}>
      <ScreenTitle title={t('nav.alarms')} />
      <AlarmToolbar
        {...{ search, searchBox, visible }}
        selection={list.selection}
        onSearch={setSearch}
        onColumns={setChosen}
      />
      {selected.size > 0 ? <SelectionBar ids={[...selected]} onAsk={ask} onClear={letGo} /> : null}
      <div style={{ flex: 1, minHeight: 0 }}>
        {phase === 'failed' ? (
          <Failed failure={failure} retry={() => void alarms.reload()} />
        ) : phase !== 'ready' && rows.length === 0 ? (
          <SkeletonRows count={16} />
        ) : rows.length === 0 && list.shown.waiting === 0 ? (
          <Nothing filtered={filtered} onAll={() => void navigate({ search: {} })} />
        ) : (
          <AlarmGrid
            shown={list.shown}
            chosen={chosen}
            order={search.sort ?? 'severity'}
            dir={search.dir ?? 'desc'}
            selected={selected}
            active={active}
            onOrder={order}
            onSelect={select}
            onSelectAll={(on) => setSelected(on ? new Set(rows.map((row) => row.id)) : new Set())}
            onOpen={(id) => setSearch({ alarm: id })}
            onTouch={list.touch}
            onScrolled={setScrolled}
            onRelease={list.release}
          />
        )}
      </div>
      <Suspense>
        {panelWanted ? (
          <AlarmPanel
            id={search.alarm}
            onClose={() => setSearch({ alarm: undefined })}
            onAsk={(kind, id) => ask(kind, [id])}
          />
        ) : null}
        {dialog ? (
          <AlarmDialog
            {...dialog}
            onEnd={(done) => {
              setDialog(undefined)
              if (done) letGo()
            }}
          />
        ) : null}
      </Suspense>
    </div>
  )
}

function SelectionBar(props: { ids: readonly string[]; onAsk(kind: AlarmDialogProps['kind']): void; onClear(): void }) {
  const { t } = useTranslation()
  const actions = useAlarmActions()
  return (
    <div className={css.actions} role="toolbar" aria-label={t('alarms.selected', { count: props.ids.length })}>
      <b className="num">{t('alarms.selected', { count: props.ids.length })}</b>
      <Button onClick={() => props.onAsk('acknowledge')}>{t('action.acknowledge')}</Button>
      <Button variant="default" onClick={() => void actions.run('unacknowledge', props.ids)}>
        {t('action.unacknowledge')}
      </Button>
      <Button variant="default" onClick={() => props.onAsk('shelve')}>
        {t('action.shelve')}
      </Button>
      <Button variant="default" onClick={() => void actions.run('unshelve', props.ids)}>
        {t('action.unshelve')}
      </Button>
      <div className={css.spring} />
      <Button variant="subtle" color="gray" onClick={props.onClear}>
        {t('alarms.clearSelection')}
      </Button>
    </div>
  )
}

function Nothing({ filtered, onAll }: { filtered: boolean; onAll(): void }) {
  const { t } = useTranslation()
  return filtered ? (
    <Empty icon="filter" title={t('alarms.noneMatch')}>
      <Button variant="default" onClick={onAll}>
        {t('alarms.showAll')}
      </Button>
    </Empty>
  ) : (
    <Empty icon="check" title={t('alarms.none')}>
      {t('alarms.noneNext')}
    </Empty>
  )
}
