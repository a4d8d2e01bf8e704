// Current alarms: the screen a NOC lives in. State is in the address; keys and mouse do the same things.
import { Button } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardSort } from '#shared/http/alarm-board.ts'
import type { BulkJob } from '#shared/http/alarms.ts'
import { useMayLookInto } from '../api/role.ts'
import { allWords } from '../app/i18n.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { type AlarmAction, useAlarmActions } from './alarm-actions.ts'
import { columnsFor } from './alarm-columns.tsx'
import type { AlarmDialogKind } from './alarm-dialog.tsx'
import { AlarmGrid } from './alarm-grid.tsx'
import { AlarmSelectionBar } from './alarm-selection-bar.tsx'
import { AlarmToolbar } from './alarm-toolbar.tsx'
import { type AlarmSearch, isFiltered } from './alarm-view.ts'
import { allOf, countOf, isSelected, NOTHING, ofList, type Selection, someOf, withRow } from './selection.ts'
import { useAlarmKeys } from './use-alarm-keys.ts'
import { useAlarmList } from './use-alarm-list.ts'

const AlarmDialog = lazy(async () => {
  const [dialog] = await Promise.all([import('./alarm-dialog.tsx'), allWords()])
  return { default: dialog.AlarmDialog }
})
const BulkProgress = lazy(async () => {
  const [progress] = await Promise.all([import('./bulk-progress.tsx'), allWords()])
  return { default: progress.BulkProgress }
})
/** Says words that the list does not need. */
const AlarmPanel = lazy(async () => {
  const [panel] = await Promise.all([import('./alarm-panel.tsx'), allWords()])
  return { default: panel.AlarmPanel }
})
const DefaultView = lazy(async () => ({ default: (await import('./default-view.tsx')).DefaultView }))

export function AlarmsScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/alarms' })
  const navigate = useNavigate({ from: '/alarms' })
  const searchBox = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useLocalStorage<readonly string[] | null>({
    key: 'outrider-alarm-columns',
    defaultValue: null,
    getInitialValueInEffect: false,
  })
  const [selection, setSelection] = useState<Selection>(NOTHING)
  const [active, setActive] = useState<string>()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<{ kind: AlarmDialogKind; on: Selection }>()
  const [job, setJob] = useState<BulkJob>()
  const [scrolled, setScrolled] = useState(false)
  // once fetched it stays, so that closing can glide
  const [panelWanted, setPanelWanted] = useState(search.alarm !== undefined)
  if (search.alarm !== undefined && !panelWanted) setPanelWanted(true)
  const [cameBare] = useState(() => Object.keys(search).length === 0)
  const selected = countOf(selection)
  const sticky = selected > 0 || dialog !== undefined || scrolled || search.alarm !== undefined
  const list = useAlarmList(search, open, sticky)
  const { store, snapshot } = list
  const actions = useAlarmActions()
  const may = useMayLookInto()

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
  // all of a list that is no longer the one on screen cannot be acted on unseen
  const { list: token } = snapshot
  useEffect(() => setSelection((old) => (old.kind === 'all' && old.list !== token ? NOTHING : old)), [token])
  // what a dialog asks about goes over to the list made anew while that has as many; of more or fewer only after a refusal
  const askAnew = useCallback(
    (ofAsMany: boolean) =>
      setDialog((old) => {
        if (old === undefined) return old
        const { list: made, total: all } = store.snapshot()
        const on = ofList(old.on, made, all)
        return on === old.on || (ofAsMany && countOf(on) !== countOf(old.on)) ? old : { ...old, on }
      }),
    [store],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a list was made
  useEffect(() => askAnew(true), [token, askAnew])

  function move(by: number) {
    list.touch()
    const at = active === undefined ? -1 : store.indexOf(active)
    const next = store.rowAt(Math.max(0, Math.min(snapshot.total - 1, at < 0 ? 0 : at + by)))
    if (next) setActive(next.id)
    return next?.id
  }
  /** Takes the rows that are passed into the selection. */
  function extend(by: number) {
    const passed = [active, move(by)]
    if (may) setSelection((old) => passed.reduce((all, id) => (id === undefined ? all : withRow(all, id, true)), old))
  }
  // one that has left the list is not acted on unseen
  const seen = active !== undefined && store.indexOf(active) >= 0 ? [active] : []
  const targets = (): Selection => (selected > 0 ? selection : someOf(seen))
  function ask(kind: AlarmDialogKind, on = targets()) {
    if (may && countOf(on) > 0) setDialog({ kind, on })
  }
  function letGo() {
    setSelection(NOTHING)
    setActive(undefined)
    list.release()
  }
  async function run(action: AlarmAction, on = targets()) {
    if (!may || countOf(on) === 0) return
    ended(await actions.runOn(action, on))
  }
  function ended(done: BulkJob | boolean) {
    if (done === false) return
    if (done !== true) setJob(done)
    letGo()
  }
  // the rows get the same functions each time: what is the same is not drawn again
  const unfold = useCallback((id: string, on?: boolean) => setOpen((old) => unfolded(old, id, on)), [])
  const select = useCallback((id: string, on: boolean) => setSelection((old) => withRow(old, id, on)), [])
  const look = useCallback((id: string) => setSearch({ alarm: id }), [setSearch])
  const selectAll = (on: boolean) => {
    list.touch()
    setSelection(on ? allOf(store.snapshot().list, snapshot.total) : NOTHING)
  }
  const symptomsOf = (id: string | undefined) => (id === undefined ? 0 : (store.row(id)?.symptoms ?? 0))

  useAlarmKeys({
    next: () => move(1),
    previous: () => move(-1),
    extend,
    select: () => may && active && setSelection((old) => withRow(old, active, !isSelected(old, active))),
    selectAll: () => may && selectAll(true),
    ask,
    run: (action) => void run(action),
    open: () => active && setSearch({ alarm: active }),
    unfold: (on) => active && symptomsOf(active) > 0 && unfold(active, on),
    search: () => searchBox.current?.focus(),
    letGo,
  })

  function order(next: BoardSort) {
    const same = next === (search.sort ?? 'severity')
    const dir = same && (search.dir ?? 'desc') === 'desc' ? 'asc' : undefined
    setSearch({ sort: next === 'severity' ? undefined : next, dir })
  }

  const { phase, failure, total, waiting } = snapshot
  const visible = columnsFor(Number.POSITIVE_INFINITY, chosen).map((column) => column.id)
  const folds = search.view !== 'all' && search.view !== 'suppressed'
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: '100%' }}>
      <ScreenTitle title={t('nav.alarms')} />
      <AlarmToolbar {...{ search, searchBox, visible, chosen, list }} onSearch={setSearch} onColumns={setChosen} />
      {selected > 0 ? (
        <AlarmSelectionBar count={selected} onAsk={ask} onRun={(action) => void run(action)} onClear={letGo} />
      ) : null}
      <div style={{ flex: 1, minHeight: 0 }} aria-busy={snapshot.asking && snapshot.phase !== 'failed'}>
        {phase === 'failed' ? (
          <Failed failure={failure} retry={() => void store.reload()} />
        ) : phase !== 'ready' && total === 0 ? (
          <SkeletonRows count={16} />
        ) : total === 0 && waiting === 0 ? (
          <Nothing
            filtered={isFiltered(search)}
            elsewhere={search.q === undefined ? 0 : snapshot.views.all}
            onEverywhere={() => setSearch({ view: 'all', severity: undefined })}
            onAll={() => void navigate({ search: {} })}
          />
        ) : (
          <AlarmGrid
            {...{ store, total, waiting, chosen, selection, active, open, folds }}
            selects={may}
            order={search.sort ?? 'severity'}
            dir={search.dir ?? 'desc'}
            onOrder={order}
            onSelect={select}
            onSelectAll={selectAll}
            onOpen={look}
            onUnfold={unfold}
            onTouch={list.touch}
            onScrolled={setScrolled}
            onRelease={list.release}
          />
        )}
      </div>
      <Suspense>
        {cameBare ? <DefaultView search={search} onView={setSearch} onColumns={setChosen} /> : null}
        {panelWanted ? (
          <AlarmPanel
            id={search.alarm}
            onClose={() => setSearch({ alarm: undefined })}
            onAsk={(kind, id) => ask(kind, someOf([id]))}
          />
        ) : null}
        {dialog ? (
          <AlarmDialog
            {...dialog}
            onRefused={() => askAnew(false)}
            onEnd={(done) => {
              setDialog(undefined)
              if (done !== undefined) ended(done)
            }}
          />
        ) : null}
        {job ? <BulkProgress job={job} onClose={() => setJob(undefined)} /> : null}
      </Suspense>
    </div>
  )
}

/** The same set when nothing is another. */
function unfolded(old: ReadonlySet<string>, id: string, on = !old.has(id)): ReadonlySet<string> {
  if (on === old.has(id)) return old
  const next = new Set(old)
  if (on) next.add(id)
  else next.delete(id)
  return next
}

function Nothing(props: { filtered: boolean; elsewhere: number; onEverywhere(): void; onAll(): void }) {
  const { t } = useTranslation()
  if (!props.filtered)
    return (
      <Empty icon="check" title={t('alarms.none')}>
        {t('alarms.noneNext')}
      </Empty>
    )
  return (
    <Empty icon="filter" title={t('alarms.noneMatch')}>
      <span style={{ display: 'flex', gap: 8, flexWrap: 'wrap', justifyContent: 'center' }}>
        {props.elsewhere > 0 ? (
          <Button onClick={props.onEverywhere}>{t('alarms.elsewhere', { count: props.elsewhere })}</Button>
        ) : null}
        <Button variant="default" onClick={props.onAll}>
          {t('alarms.showAll')}
        </Button>
      </span>
    </Empty>
  )
}
