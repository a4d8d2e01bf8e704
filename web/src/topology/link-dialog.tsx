// A link drawn by hand, where devices do not tell of each other.
import { NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LinkDraft, LinkNode } from '#shared/http/topology.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { send } from '../api/client.ts'
import { deviceQuery } from '../api/queries.ts'
import { interfacesOf } from '../devices/interfaces.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { linksPath } from './topology-queries.ts'

export function LinkDialog(props: { site: string; nodes: readonly LinkNode[]; onClose(): void }) {
  const { site, nodes, onClose } = props
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const [form, setForm] = useState({ a: '', aPort: '', b: '', bPort: '', note: '' })
  const save = useMutation({
    mutationFn: (draft: LinkDraft) => send('POST', linksPath(site), draft),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['links', site] })
      onClose()
    },
  })
  const problems = problemsOf(save.error, ['a', 'aPort', 'b', 'bPort'], said)
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }))
  const choices = [
    { value: '', label: t('links.choose') },
    ...[...nodes].sort((a, b) => a.name.localeCompare(b.name)).map((node) => ({ value: node.id, label: node.name })),
  ]
  function submit(event: FormEvent) {
    event.preventDefault()
    save.mutate(form)
  }
  return (
    <Dialog onClose={onClose} title={t('links.draw')} size="lg">
      <form className={page.form} onSubmit={submit}>
        <p className={page.hint}>{t('links.drawHint')}</p>
        {(['a', 'b'] as const).map((end) => (
          <div key={end} className={page.pair}>
            <NativeSelect
              label={t(end === 'a' ? 'links.oneEnd' : 'links.otherEnd')}
              value={form[end]}
              error={problems.of(end)}
              onChange={(event) => set({ [end]: event.currentTarget.value, [`${end}Port`]: '' })}
              data={choices}
            />
            <Port
              device={form[end]}
              value={form[`${end}Port`]}
              error={problems.of(`${end}Port`)}
              onChange={(port) => set({ [`${end}Port`]: port })}
            />
          </div>
        ))}
        <TextInput
          label={t('links.note')}
          maxLength={512}
          value={form.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons
          label={t('action.save')}
          busy={save.isPending}
          disabled={form.a === '' || form.b === '' || form.a === form.b}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}

function Port(props: { device: string; value: string; error: string | undefined; onChange(port: string): void }) {
  const { t } = useTranslation()
  const query = useQuery({ ...deviceQuery(props.device), enabled: props.device !== '' })
  const ports = query.data === undefined ? [] : interfacesOf(query.data.series)
  return (
    <NativeSelect
      label={t('neighbours.port')}
      disabled={props.device === ''}
      value={props.value}
      error={props.error}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[
        { value: '', label: t('links.anyPort') },
        ...ports.map((port) => ({ value: port.resource, label: resourceName(port.resource) })),
      ]}
    />
  )
}
