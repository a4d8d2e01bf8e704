// Makes a link: first what it may show, then, while its secret can still be seen, what the screen is to show.
import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KioskDraft, MadeKiosk } from '#shared/http/kiosk.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { LinkMade } from './link-made.tsx'
import { customersQuery, wallboardsQuery } from './wallboard-queries.ts'
import css from './wallboards.module.css'

const LASTS = [0, 30, 90, 365] as const

export function LinkDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const customers = useQuery(customersQuery).data?.items ?? []
  const [name, setName] = useState('')
  const [some, setSome] = useState<readonly string[] | null>(null)
  const [days, setDays] = useState(0)
  const make = useMutation({
    mutationFn: (draft: KioskDraft) => send<MadeKiosk>('POST', '/kiosks', draft),
    onSuccess: () => queries.invalidateQueries({ queryKey: wallboardsQuery.queryKey }),
  })
  if (make.data) return <LinkMade made={make.data} onClose={onClose} />

  const problems = problemsOf(make.error, ['name', 'customers', 'days'])
  function submit(event: FormEvent) {
    event.preventDefault()
    make.mutate({ name: name.trim(), customers: some === null ? null : [...some], ...(days > 0 ? { days } : {}) })
  }
  const toggle = (id: string) =>
    setSome((old) => (old?.includes(id) ? old.filter((one) => one !== id) : [...(old ?? []), id]))

  return (
    <Dialog title={t('wallboards.make')} onClose={onClose}>
      <form onSubmit={submit} className={css.form} data-link-form>
        <TextInput
          label={t('wallboards.name')}
          description={t('wallboards.nameHint')}
          data-autofocus
          required
          maxLength={64}
          value={name}
          error={problems.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset className={css.choices}>
          <legend>{t('wallboards.mayShow')}</legend>
          <Checkbox
            size="xs"
            label={t('wallboards.everything')}
            checked={some === null}
            onChange={(event) => setSome(event.currentTarget.checked ? null : [])}
          />
          {some === null
            ? null
            : customers.map((customer) => (
                <Checkbox
                  key={customer.id}
                  size="xs"
                  label={customer.name}
                  checked={some.includes(customer.id)}
                  onChange={() => toggle(customer.id)}
                />
              ))}
          <p className={page.hint}>{problems.of('customers') ?? t('wallboards.mayShowHint')}</p>
        </fieldset>
        <NativeSelect
          label={t('wallboards.expires')}
          value={String(days)}
          error={problems.of('days')}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={LASTS.map((value) => ({
            value: String(value),
            label: value === 0 ? t('wallboards.untilRevoked') : t('wallboards.inDays', { count: value }),
          }))}
        />
        <FormProblem failure={make.error} problems={problems} />
        <DialogButtons
          label={t('wallboards.make')}
          busy={make.isPending}
          disabled={name.trim() === '' || some?.length === 0}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
