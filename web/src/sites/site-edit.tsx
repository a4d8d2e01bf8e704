import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { placesChanged } from './site-queries.ts'
import { ZoneInput } from './zone-input.tsx'

/** Name and time zone of a site that the collector keeps. */
export function SiteEdit({ site, onClose }: { site: SiteRow; onClose(): void }) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const [name, setName] = useState(site.name)
  const [timeZone, setTimeZone] = useState(site.timeZone)
  const save = useMutation({
    mutationFn: () =>
      send('PATCH', `/sites/${encodeURIComponent(site.id)}`, { name: name.trim(), timeZone: timeZone.trim() }),
    onSuccess: async () => {
      await placesChanged(queries)
      onClose()
    },
  })
  const problems = problemsOf(save.error, ['name', 'timeZone'], say)
  function submit(event: FormEvent) {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog onClose={onClose} title={t('site.edit')} size="md">
      <form onSubmit={submit} className={page.form}>
        <TextInput
          label={t('site.name')}
          required
          maxLength={128}
          data-autofocus
          value={name}
          error={problems.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ZoneInput value={timeZone} error={problems.of('timeZone')} onChange={setTimeZone} required />
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
