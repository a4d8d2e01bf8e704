// Saved views: open one, save what is on screen, share, rename, delete, begin with it.
import { ActionIcon, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedView } from '#shared/http/alarm-views.ts'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { allWords } from '../app/i18n.ts'
import { Icon } from '../ui/icons.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import css from './alarm-toolbar.module.css'
import type { AlarmSearch } from './alarm-view.ts'
import { isAsSaved, searchOf, viewsQuery } from './view-queries.ts'

const ViewDialog = lazy(async () => {
  const [dialog] = await Promise.all([import('./view-dialog.tsx'), allWords()])
  return { default: dialog.ViewDialog }
})

const ConfirmDialog = lazy(async () => {
  const [dialog] = await Promise.all([import('../ui/confirm-dialog.tsx'), allWords()])
  return { default: dialog.ConfirmDialog }
})

export function ViewMenu(props: {
  search: AlarmSearch
  columns: readonly string[] | null
  onSearch(change: Partial<AlarmSearch>): void
  onColumns(ids: readonly string[] | null): void
}) {
  const { t } = useTranslation()
  const { search, columns, onSearch, onColumns } = props
  const queries = useQueryClient()
  const words = useFailureWords()
  const list = useQuery(viewsQuery).data
  const session = useQuery(sessionQuery).data
  const [dialog, setDialog] = useState<{ readonly view?: SavedView }>()
  const [removed, setRemoved] = useState<SavedView>()
  const items = list?.items ?? []
  const current = items.find((view) => view.id === search.saved)
  const isSame = current !== undefined && isAsSaved(current, search)
  const mayChange = current !== undefined && (current.owner === session?.user || session?.role === 'admin')

  async function doing(work: () => Promise<unknown>) {
    try {
      await work()
    } catch (failure) {
      const said = words(failure)
      notifications.show({ color: 'red', title: said.cause, message: said.action, autoClose: 8000 })
    }
    await queries.invalidateQueries({ queryKey: viewsQuery.queryKey })
  }
  function open(view: SavedView) {
    onSearch(searchOf(view))
    if (view.columns !== null) onColumns(view.columns)
  }
  const setDefault = (view: string | null) => doing(() => send('PUT', '/alarm-views/default', { view }))

  const entryOf = (view: SavedView): MenuEntry => ({
    key: view.id,
    label: (
      <span className={css.value}>
        {view.name}
        <i>{view.shared ? t('alarmView.sharedBy', { owner: view.owner }) : ''}</i>
      </span>
    ),
    checked: view.id === current?.id,
    onSelect: () => open(view),
  })
  const entries: MenuEntry[] = items.map(entryOf)
  entries.push({
    key: 'save',
    label: t('alarmView.save'),
    icon: 'plus',
    divided: items.length > 0,
    onSelect: () => setDialog({}),
  })
  if (current !== undefined) {
    const isDefault = list?.default === current.id
    if (mayChange)
      entries.push({
        key: 'change',
        label: t('alarmView.change', { name: current.name }),
        icon: 'edit',
        onSelect: () => setDialog({ view: current }),
      })
    entries.push({
      key: 'default',
      label: t('alarmView.default'),
      checked: isDefault,
      onSelect: () => void setDefault(isDefault ? null : current.id),
    })
    if (mayChange)
      entries.push({
        key: 'delete',
        label: t('alarmView.delete', { name: current.name }),
        icon: 'trash',
        onSelect: () => setRemoved(current),
      })
  }
  return (
    <>
      <MenuButton
        target={
          current === undefined ? (
            <ActionIcon size="md" aria-label={t('alarmView.title')} title={t('alarmView.title')}>
              <Icon name="eye" />
            </ActionIcon>
          ) : (
            <Button variant="light" size="compact-sm" leftSection={<Icon name="eye" size={14} />}>
              <span className="one-line" style={{ maxWidth: 160 }}>{`${current.name}${isSame ? '' : ' *'}`}</span>
            </Button>
          )
        }
        entries={entries}
      />
      <Suspense>
        {dialog ? (
          <ViewDialog
            view={dialog.view}
            search={search}
            columns={columns}
            onClose={() => setDialog(undefined)}
            onSaved={(view) => {
              setDialog(undefined)
              onSearch({ saved: view.id })
            }}
          />
        ) : null}
        {removed ? (
          <ConfirmDialog
            title={t('alarmView.delete', { name: removed.name })}
            hint={t(removed.shared ? 'alarmView.deleteShared' : 'alarmView.deleteHint')}
            label={t('remove.do')}
            queryKey={viewsQuery.queryKey}
            run={() => send('DELETE', `/alarm-views/${encodeURIComponent(removed.id)}`)}
            onClose={() => setRemoved(undefined)}
            onDone={() => {
              setRemoved(undefined)
              onSearch({ saved: undefined })
            }}
          />
        ) : null}
      </Suspense>
    </>
  )
}
