// Who was not let in: from the audit log, with what was only counted.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditRow } from '#shared/http/administration.ts'
import { auditQuery } from '../audit/audit-queries.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Time } from '../ui/time.tsx'

type Row = Omit<AuditRow, 'id'> & { readonly id: string }

export function FailedSignIns() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(auditQuery({ action: 'sign-in-failed' }))
  const rows = useMemo(
    () => query.data?.pages.flatMap((one) => one.items.map((row): Row => ({ ...row, id: String(row.id) }))) ?? [],
    [query.data],
  )
  const columns = useMemo(
    (): readonly DataColumn<Row>[] => [
      { id: 'at', label: t('audit.at'), width: 120, value: (row) => row.at, cell: (row) => <Time at={row.at} /> },
      {
        id: 'user',
        label: t('users.name'),
        value: (row) => row.subject,
        cell: (row) =>
          row.subject.startsWith('user:') ? (
            <b>{row.subject.slice('user:'.length)}</b>
          ) : (
            <span className="quiet">{t('users.noSuchName')}</span>
          ),
      },
      {
        id: 'from',
        label: t('users.from'),
        value: (row) => String(row.detail.address ?? ''),
        cell: (row) => <span className="mono">{String(row.detail.address ?? '')}</span>,
      },
      {
        id: 'why',
        label: t('users.why'),
        cell: (row) => t(`signInFailed.${row.detail.reason}`, { defaultValue: String(row.detail.reason ?? '') }),
      },
    ],
    [t],
  )
  return (
    <>
      <p className={page.hint} style={{ padding: '10px 14px' }}>
        {t('users.failedHint')}
      </p>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={<Empty icon="users" title={t('users.noneFailed')} />}
        onOpen={undefined}
      />
    </>
  )
}
