// Links for screens on walls: which there are, which screens follow them, and an end to each.
import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KioskRow } from '#shared/http/kiosk.ts'
import { send } from '../api/client.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { State } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time, useNow } from '../ui/time.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { ScreenList } from './screen-list.tsx'
import { customersQuery, wallboardsQuery } from './wallboard-queries.ts'

export function WallboardsScreen() {
  const { t } = useTranslation()
  const query = useQuery(wallboardsQuery)
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<KioskRow | null>(null)
  const columns = useColumns(setRevoking)
  const add = (
    <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setMaking(true)}>
      {t('wallboards.make')}
    </Button>
  )
  return (
    <>
      <ScreenTitle title={t('nav.wallboards')} />
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={5} />
      ) : query.data.items.length === 0 ? (
        <Empty icon="wall" title={t('wallboards.none')}>
          <p>{t('wallboards.noneNext')}</p>
          {add}
        </Empty>
      ) : (
        <div className={page.page}>
          <p className={page.hint}>{t('wallboards.hint')}</p>
          <Panel title={t('wallboards.links')} aside={add}>
            <DataTable rows={query.data.items} columns={columns} keyOf={(row) => row.id} />
          </Panel>
          <ScreenList links={query.data.items} />
        </div>
      )}
      {making ? <LinkDialog onClose={() => setMaking(false)} /> : null}
      {revoking === null ? null : (
        <ConfirmDialog
          title={t('wallboards.revokeTitle', { name: revoking.name })}
          hint={t('wallboards.revokeHint')}
          label={t('wallboards.revoke')}
          queryKey={wallboardsQuery.queryKey}
          run={() => send('DELETE', `/kiosks/${encodeURIComponent(revoking.id)}`)}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  )
}

function useColumns(revoke: (row: KioskRow) => void): readonly DataColumn<KioskRow>[] {
  const { t } = useTranslation()
  const customers = useQuery(customersQuery).data?.items
  const now = useNow()
  const minute = Math.floor(now / 60_000)
  return useMemo(() => {
    const nameOf = (id: string) => customers?.find((customer) => customer.id === id)?.name ?? id
    const following = (row: KioskRow) => row.screens.filter((screen) => screen.connected).length
    const ended = (row: KioskRow) => row.expiresAt !== null && row.expiresAt <= minute * 60_000
    return [
      {
        id: 'name',
        label: t('wallboards.name'),
        value: (row) => row.name.toLowerCase(),
        cell: (row) => <b>{row.name}</b>,
      },
      {
        id: 'screens',
        label: t('wallboards.connected'),
        width: 150,
        value: following,
        cell: (row) =>
          ended(row) ? (
            <State tone="warn" shape="ring" word={t('wallboards.ended')} />
          ) : (
            <State
              tone={following(row) > 0 ? 'good' : 'plain'}
              shape={following(row) > 0 ? 'dot' : 'ring'}
              word={t('wallboards.screenCount', { count: following(row) })}
            />
          ),
      },
      {
        id: 'customers',
        label: t('wallboards.shows'),
        wideOnly: true,
        cell: (row) => (row.customers === null ? t('wallboards.everything') : row.customers.map(nameOf).join(', ')),
      },
      {
        id: 'used',
        label: t('wallboards.lastUsed'),
        width: 120,
        wideOnly: true,
        value: (row) => row.lastUsedAt ?? 0,
        cell: (row) => <Time at={row.lastUsedAt} />,
      },
      {
        id: 'expires',
        label: t('wallboards.expires'),
        width: 120,
        wideOnly: true,
        value: (row) => row.expiresAt ?? Number.MAX_SAFE_INTEGER,
        cell: (row) =>
          row.expiresAt === null ? <span className="quiet">{t('wallboards.never')}</span> : <Time at={row.expiresAt} />,
      },
      {
        id: 'made',
        label: t('wallboards.made'),
        wideOnly: true,
        value: (row) => row.createdAt,
        cell: (row) => (
          <>
            <Time at={row.createdAt} /> <span className="quiet">{row.createdBy}</span>
          </>
        ),
      },
      {
        id: 'revoke',
        label: '',
        right: true,
        width: 48,
        cell: (row) => (
          <ActionIcon
            aria-label={t('wallboards.revokeOf', { name: row.name })}
            title={t('wallboards.revoke')}
            onClick={() => revoke(row)}
          >
            <Icon name="trash" />
          </ActionIcon>
        ),
      },
    ]
  }, [t, customers, minute, revoke])
}
