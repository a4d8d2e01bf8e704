// Credential sets of a site. Secrets go in and never come out: what is shown is that one is set, since when and by whom.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { CredentialRow } from '#shared/http/site-config.ts'
import { useMayChange } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { RowActions } from '../ui/row-actions.tsx'
import { Time } from '../ui/time.tsx'
import { credentialsQuery, statusQuery } from './site-queries.ts'
import css from './sites.module.css'

const CredentialDialog = lazy(async () => ({ default: (await import('./credential-dialog.tsx')).CredentialDialog }))
const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }))

type Open = { readonly what: 'add' } | { readonly what: 'edit' | 'remove'; readonly row: CredentialRow }

export function SiteCredentials({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const query = useQuery(credentialsQuery(site.id))
  const status = useQuery(statusQuery(site.id))
  const [open, setOpen] = useState<Open | null>(null)
  const columns = useColumns(may, setOpen)
  const close = () => setOpen(null)
  const items = query.data?.items ?? []
  const withoutKey = status.data?.agents.filter((agent) => !agent.canReceiveSecrets) ?? []
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return (
    <>
      <p className={page.hint}>{t('credentials.hint')}</p>
      {items.length > 0 && withoutKey.length > 0 ? (
        <p className={page.notice} data-tone="warn">
          <Icon name="lock" />
          <span>{t('credentials.notSealed', { agents: withoutKey.map((agent) => agent.agent).join(', ') })}</span>
        </p>
      ) : null}
      <Panel>
        {may ? (
          <div className={css.bar}>
            <span className={css.spring} />
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen({ what: 'add' })}>
              {t('credentials.add')}
            </Button>
          </div>
        ) : null}
        {query.isPending ? (
          <SkeletonRows count={4} />
        ) : items.length === 0 ? (
          <Empty icon="key" title={t('credentials.none')}>
            <p>{t('credentials.noneNext')}</p>
          </Empty>
        ) : (
          <DataTable rows={items} columns={columns} keyOf={(row) => row.name} />
        )}
      </Panel>
      {may ? null : <p className={page.hint}>{t('role.readOnly')}</p>}
      <Suspense>
        {open?.what === 'add' ? <CredentialDialog site={site.id} known={items} onClose={close} /> : null}
        {open?.what === 'edit' ? (
          <CredentialDialog site={site.id} known={items} row={open.row} onClose={close} />
        ) : null}
        {open?.what === 'remove' ? (
          <RemoveDialog site={site.id} kind="credentials" name={open.row.name} label={open.row.name} onClose={close} />
        ) : null}
      </Suspense>
    </>
  )
}

function useColumns(may: boolean, open: (what: Open) => void): readonly DataColumn<CredentialRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'name', label: t('credentials.name'), value: (row) => row.name, cell: (row) => <b>{row.name}</b> },
      {
        id: 'version',
        label: t('credentials.version'),
        width: 80,
        value: (row) => row.version,
        cell: (row) => `SNMP ${row.version}`,
      },
      {
        id: 'user',
        label: t('credentials.user'),
        wideOnly: true,
        cell: (row) =>
          row.version === 'v3' ? [row.user, row.level].filter(Boolean).join(' · ') : <span className="quiet">–</span>,
      },
      { id: 'secrets', label: t('credentials.secrets'), cell: (row) => <Secrets of={row} /> },
      {
        id: 'used',
        label: t('credentials.usedBy'),
        right: true,
        wideOnly: true,
        value: (row) => row.usedBy,
        cell: (row) => <span className="num">{row.usedBy}</span>,
      },
      ...(may
        ? [
            {
              id: 'do',
              label: '',
              right: true,
              width: 76,
              cell: (row: CredentialRow) => (
                <RowActions
                  editLabel={t('credentials.edit', { name: row.name })}
                  removeLabel={t('credentials.remove', { name: row.name })}
                  onEdit={() => open({ what: 'edit', row })}
                  onRemove={() => open({ what: 'remove', row })}
                />
              ),
            },
          ]
        : []),
    ],
    [t, may, open],
  )
}

function Secrets({ of: row }: { of: CredentialRow }) {
  const { t } = useTranslation()
  const set = (['community', 'authKey', 'privKey'] as const).flatMap((key) => {
    const secret = row.secrets[key]
    return secret ? [{ key, ...secret }] : []
  })
  if (set.length === 0) return <span className="quiet">{t('credentials.noSecret')}</span>
  return (
    <>
      {set.map((secret) => (
        <div key={secret.key}>
          {t(`secret.${secret.key}`)}: {t('credentials.set')}{' '}
          <span className="quiet">
            <Time at={secret.at} /> · {secret.by}
          </span>
        </div>
      ))}
    </>
  )
}
