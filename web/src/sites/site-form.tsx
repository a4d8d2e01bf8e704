// A new site, with its customer where that is new too.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { sitesQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { IdField, isWrongId } from '../ui/id-field.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { readerZone } from '../ui/zone.ts'
import { idFrom } from './ids.ts'
import { customersQuery, placesChanged } from './site-queries.ts'
import { ZoneInput } from './zone-input.tsx'

const NEW = '\u0000new'

/** As a dialog. */
export function SiteForm({ onDone, onClose }: { onDone(site: string): void; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} title={t('site.new')} size="md">
      <SiteFields onDone={onDone} onClose={onClose} />
    </Dialog>
  )
}

/** Makes the customer first, then the site; `onDone` gets the site's id. Without `onClose` there is nothing to close. */
export function SiteFields({ onDone, onClose }: { onDone(site: string): void; onClose?: () => void }) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const customers = useQuery(customersQuery)
  const sites = useQuery(sitesQuery)
  const known = customers.data?.items ?? []
  const [chosen, setChosen] = useState<string>()
  const customer = chosen ?? known[0]?.id ?? NEW
  const [customerName, setCustomerName] = useState('')
  const [name, setName] = useState('')
  const [id, setId] = useState<string>()
  const [timeZone, setTimeZone] = useState(readerZone())
  const [made, setMade] = useState<string>()
  const customerId = customer === NEW ? idFrom(customerName, 'customer', known) : customer
  const siteId = id ?? idFrom(name, 'site', sites.data?.items ?? [])

  const create = useMutation({
    mutationFn: async () => {
      // a second try after a refused site must not ask for the same customer again
      if (customer === NEW && made !== customerId) {
        await send('POST', '/customers', { id: customerId, name: customerName.trim() })
        setMade(customerId)
      }
      await send('POST', '/sites', { id: siteId, customer: customerId, name: name.trim(), timeZone: timeZone.trim() })
    },
    onSuccess: async () => {
      await placesChanged(queries)
      onDone(siteId)
    },
  })
  const problems = problemsOf(create.error, ['id', 'name', 'timeZone', 'customer'], say)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!isWrongId(siteId)) create.mutate()
  }

  return (
    <form onSubmit={submit} className={page.form}>
      <NativeSelect
        label={t('column.customer')}
        value={customer}
        error={problems.of('customer')}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[
          ...known.map((one) => ({ value: one.id, label: one.name })),
          { value: NEW, label: t('site.newCustomer') },
        ]}
      />
      {customer === NEW ? (
        <TextInput
          label={t('site.customerName')}
          required
          maxLength={128}
          value={customerName}
          onChange={(event) => setCustomerName(event.currentTarget.value)}
        />
      ) : null}
      <TextInput
        label={t('site.name')}
        required
        maxLength={128}
        data-autofocus
        value={name}
        error={problems.of('name')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <IdField value={siteId} hint={t('site.idHint')} problem={problems.of('id')} onChange={setId} />
      <ZoneInput value={timeZone} error={problems.of('timeZone')} onChange={setTimeZone} required />
      <FormProblem failure={create.error} problems={problems} />
      {onClose === undefined ? (
        <div className={page.buttons}>
          <Button type="submit" loading={create.isPending}>
            {t('site.create')}
          </Button>
        </div>
      ) : (
        <DialogButtons label={t('site.create')} busy={create.isPending} onClose={onClose} />
      )}
    </form>
  )
}
