import { Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedView } from '#shared/http/alarm-views.ts'
import { send } from '../api/client.ts'
import { useMayLookInto } from '../api/role.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import type { AlarmSearch } from './alarm-view.ts'
import { keptOf, viewsQuery } from './view-queries.ts'

/** Saves what is on screen under a name; with `view` in its place. */
export function ViewDialog(props: {
  view: SavedView | undefined
  search: AlarmSearch
  columns: readonly string[] | null
  onClose(): void
  onSaved(view: SavedView): void
}) {
  const { t } = useTranslation()
  const { view, search, columns, onClose, onSaved } = props
  const queries = useQueryClient()
  const mayShare = useMayLookInto()
  const isDefault = useQuery(viewsQuery).data?.default === view?.id && view !== undefined
  const [name, setName] = useState(view?.name ?? '')
  const [shared, setShared] = useState(view?.shared ?? false)
  const [first, setFirst] = useState(isDefault)
  const save = useMutation({
    mutationFn: async () => {
      const body = { name, shared, search: keptOf(search), columns }
      const saved =
        view === undefined
          ? await send<SavedView>('POST', '/alarm-views', body)
          : await send<SavedView>('PUT', `/alarm-views/${encodeURIComponent(view.id)}`, {
              ...body,
              version: view.version,
            })
      if (first !== isDefault) await send('PUT', '/alarm-views/default', { view: first ? saved.id : null })
      return saved
    },
    onSettled: () => queries.invalidateQueries({ queryKey: viewsQuery.queryKey }),
    onSuccess: onSaved,
  })
  return (
    <Dialog title={t(view === undefined ? 'alarmView.save' : 'alarmView.edit')} onClose={onClose}>
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <p className={page.hint}>{t('alarmView.keeps')}</p>
        <TextInput
          label={t('alarmView.name')}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {mayShare ? (
          <Checkbox
            label={t('alarmView.share')}
            description={t('alarmView.shareHint')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        ) : null}
        <Checkbox
          label={t('alarmView.default')}
          checked={first}
          onChange={(event) => setFirst(event.currentTarget.checked)}
        />
        <FormProblem failure={save.error} />
        <DialogButtons label={t('action.save')} busy={save.isPending} disabled={name.trim() === ''} onClose={onClose} />
      </form>
    </Dialog>
  )
}
