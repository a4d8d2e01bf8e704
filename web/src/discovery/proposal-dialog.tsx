// One proposal: all that is known of it, and how it becomes a device.
import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProposalRow } from '#shared/http/discovery.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import { useMayChange } from '../api/role.ts'
import { credentialsQuery } from '../sites/site-queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import { useAccept } from './accept-dialog.tsx'
import css from './discovery.module.css'
import { Answers, nameOf } from './proposal-columns.tsx'

export function ProposalDialog({ site, row, onClose }: { site: SiteRow; row: ProposalRow; onClose(): void }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const takeable = may && row.state === 'new' && row.device === null
  return (
    <Dialog onClose={onClose} title={nameOf(row)} size="lg">
      <div className={page.form}>
        <Known row={row} />
        {takeable ? (
          <AcceptForm site={site.id} row={row} onClose={onClose} />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.close')}
            </Button>
          </Group>
        )}
      </div>
    </Dialog>
  )
}

function Known({ row }: { row: ProposalRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  const { found } = row
  const mono = (text: string | null) => (text === null ? null : <span className="mono">{text}</span>)
  return (
    <>
      {[...row.changes, ...(row.blocked === null ? [] : [row.blocked])].map((text) => (
        <p key={text} className={page.notice} data-tone="warn">
          <span>{said(text)}</span>
        </p>
      ))}
      <Facts
        flush
        of={[
          [t('column.model'), [found.vendor, found.model].filter(Boolean).join(' ')],
          [t('device.serial'), found.serial],
          [t('column.version'), found.version],
          [t('column.address'), row.addresses.join(', ')],
          [t('proposals.answers'), <Answers key="a" row={row} />],
          [t('column.profile'), mono(found.profile)],
          [t('device.profileReason'), said(found.profileReason ?? '')],
          ['sysName', found.sysName],
          ['sysObjectID', mono(found.sysObjectId)],
          ['sysDescr', found.sysDescr],
          ['MAC', mono(found.chassisMac)],
          [
            t('proposals.seen'),
            <span key="s">
              <Time at={row.firstSeen} /> – <Time at={row.lastSeen} />
            </span>,
          ],
          [t('column.agent'), row.agent],
        ]}
      />
    </>
  )
}

function AcceptForm({ site, row, onClose }: { site: string; row: ProposalRow; onClose(): void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const sets = useQuery(credentialsQuery(site)).data?.items.map((set) => set.name) ?? []
  const [form, setForm] = useState({
    ...{ name: row.suggestion.name, id: row.suggestion.id, address: row.addresses[0] ?? row.found.address },
    ...{ credentials: row.suggestion.credentials ?? '', profile: '' },
  })
  const accept = useAccept(site)
  const refused = accept.data?.items[0]
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }))
  const problemOf = (...paths: string[]) => {
    const found = refused?.problems.find(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}.`)))
    return found === undefined ? undefined : said(found.message)
  }
  const shown = ['name', 'id', 'address', 'credentials', 'snmp', 'profile']
  function submit(event: FormEvent) {
    event.preventDefault()
    const item = {
      ...{ proposal: row.id, id: form.id.trim(), name: form.name.trim() || form.id.trim(), address: form.address },
      credentials: form.credentials === '' ? null : form.credentials,
      ...(form.profile.trim() === '' ? {} : { profile: form.profile.trim() }),
    }
    accept.mutate([item], {
      onSuccess: (result) => {
        if (result.items[0]?.outcome === 'accepted') onClose()
      },
    })
  }
  return (
    <form className={page.form} onSubmit={submit}>
      <h3 style={{ margin: 0, fontSize: 13 }}>{t('proposals.asDevice')}</h3>
      <div className={page.pair}>
        <TextInput
          label={t('deviceForm.name')}
          value={form.name}
          error={problemOf('name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('deviceForm.id')}
          value={form.id}
          error={problemOf('id')}
          onChange={(event) => set({ id: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('deviceForm.address')}
          value={form.address}
          error={problemOf('address')}
          onChange={(event) => set({ address: event.currentTarget.value })}
          data={row.addresses.length === 0 ? [row.found.address] : [...row.addresses]}
        />
        <NativeSelect
          label={t('deviceForm.credentials')}
          value={form.credentials}
          error={problemOf('credentials', 'snmp')}
          onChange={(event) => set({ credentials: event.currentTarget.value })}
          data={[{ value: '', label: t('deviceForm.noSnmp') }, ...sets]}
        />
        <TextInput
          label={t('deviceForm.profile')}
          placeholder={row.found.profile ?? t('deviceForm.profileAuto')}
          value={form.profile}
          error={problemOf('profile')}
          onChange={(event) => set({ profile: event.currentTarget.value })}
        />
      </div>
      {refused?.problems
        .filter(({ path }) => !shown.includes(path.split('.')[0] ?? ''))
        .map(({ message }) => (
          <div key={message} className={css.changed} role="alert">
            {said(message)}
          </div>
        ))}
      <FormProblem failure={accept.error} />
      <DialogButtons
        label={t('proposals.acceptOne')}
        busy={accept.isPending}
        disabled={form.id.trim() === ''}
        onClose={onClose}
      />
    </form>
  )
}
