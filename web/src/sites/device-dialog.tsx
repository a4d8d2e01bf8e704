// A device the collector keeps for a site: what it is and how it is asked.
import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { ConfigDeviceDraft, ConfigDeviceRow } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { agentsQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { type DeviceForm, draftOf, EMPTY_DEVICE, formOf, wrongFields } from './device-form.ts'
import { idFrom } from './ids.ts'
import { configPath, credentialsQuery } from './site-queries.ts'

export interface DeviceDialogProps {
  readonly site: SiteRow
  /** Devices of the site, whose ids are taken. */
  readonly known: readonly { readonly id: string }[]
  /** The one to change; absent: a new one. */
  readonly row?: ConfigDeviceRow
  onClose(): void
}

const FIELDS = ['name', 'address', 'agent', 'snmp', 'icmp', 'tcp', 'http', 'tags', 'parents'] as const

export function DeviceDialog({ site, known, row, onClose }: DeviceDialogProps) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const agents = useQuery(agentsQuery).data?.items.filter((agent) => agent.site === site.id) ?? []
  const sets = useQuery(credentialsQuery(site.id)).data?.items ?? []
  const [form, setForm] = useState<DeviceForm>(() => (row ? formOf(row.device) : EMPTY_DEVICE))
  const [typedId, setTypedId] = useState<string>()
  const [tried, setTried] = useState(false)
  const id = row?.device.id ?? typedId ?? idFrom(form.name, 'device', known)
  const wrong = wrongFields(form)
  const idWrong = row === undefined && !LOCAL_ID_PATTERN.test(id)
  const taken = row === undefined && known.some((one) => one.id === id)
  const save = useMutation({
    mutationFn: (draft: ConfigDeviceDraft) =>
      send('PUT', `${configPath(site.id)}/devices/${encodeURIComponent(id)}`, draft),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['site-config', site.id] })
      onClose()
    },
  })
  const problems = problemsOf(save.error, FIELDS, say)
  const set = (change: Partial<DeviceForm>) => setForm((old) => ({ ...old, ...change }))
  const said = (field: 'address' | 'tcp' | 'http' | 'tags' | 'port' | 'interval', path: string = field) =>
    tried && wrong.has(field) ? t(`deviceForm.wrong.${field}`) : problems.of(path)

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (wrong.size > 0 || idWrong || taken) return
    const { id: _id, ...old } = row?.device ?? { id }
    save.mutate(draftOf(form, row ? (old as ConfigDeviceDraft) : undefined))
  }

  return (
    <Dialog
      onClose={onClose}
      title={row ? t('siteDevices.edit', { name: form.name || id }) : t('siteDevices.add')}
      size="lg"
    >
      <form onSubmit={submit} className={page.form} noValidate>
        <div className={page.pair}>
          <TextInput
            label={t('deviceForm.name')}
            maxLength={128}
            data-autofocus
            value={form.name}
            error={problems.of('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('deviceForm.address')}
            required
            value={form.address}
            error={said('address')}
            onChange={(event) => set({ address: event.currentTarget.value })}
          />
          {row ? null : (
            <TextInput
              label={t('deviceForm.id')}
              required
              maxLength={63}
              value={id}
              error={tried && idWrong ? t('site.idRule') : taken ? t('deviceForm.taken') : undefined}
              onChange={(event) => setTypedId(event.currentTarget.value)}
              classNames={{ input: 'mono' }}
            />
          )}
          {agents.length > 1 || form.agent !== '' ? (
            <NativeSelect
              label={t('column.agent')}
              value={form.agent}
              error={problems.of('agent')}
              onChange={(event) => set({ agent: event.currentTarget.value })}
              data={[
                { value: '', label: t('deviceForm.anyAgent') },
                ...[...new Set([...agents.map((agent) => agent.id), form.agent])].filter(Boolean),
              ]}
            />
          ) : null}
        </div>
        <div className={page.pair}>
          <NativeSelect
            label={t('deviceForm.credentials')}
            description={sets.length === 0 ? t('deviceForm.noSets') : undefined}
            value={form.credentials}
            error={problems.of('snmp')}
            onChange={(event) => set({ credentials: event.currentTarget.value })}
            data={[
              { value: '', label: t('deviceForm.noSnmp') },
              ...[...new Set([...sets.map((one) => one.name), form.credentials])].filter(Boolean),
            ]}
          />
          {form.credentials === '' ? null : (
            <>
              <TextInput
                label={t('deviceForm.profile')}
                placeholder={t('deviceForm.profileAuto')}
                value={form.profile}
                onChange={(event) => set({ profile: event.currentTarget.value })}
              />
              <TextInput
                label={t('deviceForm.port')}
                placeholder="161"
                inputMode="numeric"
                value={form.port}
                error={said('port', 'snmp.port')}
                onChange={(event) => set({ port: event.currentTarget.value })}
              />
              <TextInput
                label={t('deviceForm.interval')}
                placeholder={t('deviceForm.default')}
                inputMode="numeric"
                value={form.interval}
                error={said('interval', 'snmp.intervalMs')}
                onChange={(event) => set({ interval: event.currentTarget.value })}
              />
            </>
          )}
        </div>
        <Checkbox
          size="xs"
          label={t('deviceForm.ping')}
          checked={form.ping}
          onChange={(event) => set({ ping: event.currentTarget.checked })}
        />
        <div className={page.pair}>
          <TextInput
            label={t('deviceForm.tcp')}
            placeholder="443, 22"
            value={form.tcp}
            error={said('tcp')}
            onChange={(event) => set({ tcp: event.currentTarget.value })}
          />
          <TextInput
            label={t('deviceForm.parents')}
            placeholder={t('deviceForm.parentsHint')}
            value={form.parents}
            error={problems.of('parents')}
            onChange={(event) => set({ parents: event.currentTarget.value })}
          />
          <Textarea
            label={t('deviceForm.http')}
            placeholder={'https://192.0.2.10/'}
            autosize
            minRows={2}
            value={form.http}
            error={said('http')}
            onChange={(event) => set({ http: event.currentTarget.value })}
          />
          <Textarea
            label={t('deviceForm.tags')}
            placeholder={'rack=A1'}
            autosize
            minRows={2}
            value={form.tags}
            error={said('tags')}
            onChange={(event) => set({ tags: event.currentTarget.value })}
          />
        </div>
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
