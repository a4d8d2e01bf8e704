// A new customer, or another name for one.
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomerRow } from '#shared/http/inventory.ts'
import { send } from '../api/client.ts'
import { idFrom } from '../sites/ids.ts'
import { placesChanged } from '../sites/site-queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { IdField, isWrongId } from '../ui/id-field.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'

export interface CustomerFormProps {
  /** The one to change; absent: a new one. */
  readonly of?: CustomerRow
  readonly known: readonly CustomerRow[]
  onClose(): void
  onDone(id: string): void
}

export function CustomerForm({ of, known, onClose, onDone }: CustomerFormProps) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const [name, setName] = useState(of?.name ?? '')
  const [typedId, setTypedId] = useState<string>()
  const id = of?.id ?? typedId ?? idFrom(name, 'customer', known)
  const save = useMutation({
    mutationFn: () =>
      of === undefined
        ? send('POST', '/customers', { id, name: name.trim() })
        : send('PATCH', `/customers/${encodeURIComponent(of.id)}`, { name: name.trim() }),
    onSuccess: async () => {
      await placesChanged(queries)
      onDone(id)
    },
  })
  const problems = problemsOf(save.error, ['id', 'name'], say)
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!isWrongId(id)) save.mutate()
  }
  return (
    <Dialog onClose={onClose} title={t(of === undefined ? 'customers.new' : 'customers.edit')} size="md">
      <form onSubmit={submit} className={page.form}>
        <TextInput
          label={t('site.customerName')}
          required
          maxLength={128}
          data-autofocus
          value={name}
          error={problems.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {of === undefined ? (
          <IdField value={id} hint={t('customers.idHint')} problem={problems.of('id')} onChange={setTypedId} />
        ) : null}
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons
          label={t(of === undefined ? 'customers.create' : 'action.save')}
          busy={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
