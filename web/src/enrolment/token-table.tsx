// Enrolment tokens: what may still bring an agent in, and what has.
import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnrolmentTokenRow } from '#shared/http/enrolment.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { State, Tag, type Tone } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { tokensQuery } from './enrolment-queries.ts'
import { useSiteNames } from './request-list.tsx'

const TONE: Readonly<Record<EnrolmentTokenRow['state'], Tone>> = {
  open: 'good',
  used: 'plain',
  expired: 'plain',
  revoked: 'warn',
}

export function TokenTable() {
  const { t } = useTranslation()
  const query = useQuery(tokensQuery)
  const [revoking, setRevoking] = useState<EnrolmentTokenRow | null>(null)
  const columns = useColumns(setRevoking)
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={5} />
  return (
    <div className={page.page}>
      <p className={page.hint}>{t('token.hint')}</p>
      <Panel>
        {query.data.items.length === 0 ? (
          <Empty icon="key" title={t('token.none')}>
            <p>{t('token.noneNext')}</p>
          </Empty>
        ) : (
          <DataTable rows={query.data.items} columns={columns} keyOf={(row) => row.id} />
        )}
      </Panel>
      {revoking === null ? null : <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </div>
  )
}

function useColumns(revoke: (row: EnrolmentTokenRow) => void): readonly DataColumn<EnrolmentTokenRow>[] {
  const { t } = useTranslation()
  const siteName = useSiteNames()
  const may = useMayChange()
  return useMemo(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 100,
        value: (row) => row.state,
        cell: (row) => (
          <State
            tone={TONE[row.state]}
            shape={row.state === 'open' ? 'dot' : 'ring'}
            word={t(`tokenState.${row.state}`)}
          />
        ),
      },
      {
        id: 'site',
        label: t('column.site'),
        value: (row) => siteName(row.site),
        cell: (row) => (
          <>
            {siteName(row.site)}{' '}
            {row.preApproved ? <Tag title={t('token.preApprovedHint')}>{t('token.preApproved')}</Tag> : null}
            {row.note === '' ? null : <div className="quiet">{row.note}</div>}
          </>
        ),
      },
      {
        id: 'uses',
        label: t('token.used'),
        right: true,
        width: 70,
        value: (row) => row.used,
        cell: (row) => (
          <span className="num">
            {row.used} / {row.uses}
          </span>
        ),
      },
      {
        id: 'expires',
        label: t('token.expires'),
        width: 110,
        value: (row) => row.expiresAt,
        cell: (row) => <Time at={row.expiresAt} site={row.site} />,
      },
      {
        id: 'made',
        label: t('token.made'),
        wideOnly: true,
        value: (row) => row.createdAt,
        cell: (row) => (
          <>
            <Time at={row.createdAt} site={row.site} /> <span className="quiet">{row.createdBy}</span>
          </>
        ),
      },
      { id: 'id', label: t('token.id'), wideOnly: true, cell: (row) => <span className="mono">{row.id}</span> },
      ...(may
        ? [
            {
              id: 'revoke',
              label: '',
              right: true,
              width: 48,
              cell: (row: EnrolmentTokenRow) =>
                row.state === 'open' ? (
                  <ActionIcon
                    aria-label={t('token.revokeOf', { site: siteName(row.site) })}
                    title={t('token.revoke')}
                    onClick={() => revoke(row)}
                  >
                    <Icon name="trash" />
                  </ActionIcon>
                ) : null,
            },
          ]
        : []),
    ],
    [t, siteName, may, revoke],
  )
}

function RevokeToken({ token, onClose }: { token: EnrolmentTokenRow; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <ConfirmDialog
      title={t('token.revokeTitle')}
      hint={t('token.revokeHint')}
      label={t('token.revoke')}
      queryKey={tokensQuery.queryKey}
      run={() => send('DELETE', `/enrolment-tokens/${encodeURIComponent(token.id)}`)}
      onClose={onClose}
    />
  )
}
