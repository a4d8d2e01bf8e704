import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AgentRow, DeviceRow } from '#shared/http/inventory.ts'
import { agentDevicesQuery } from '../api/queries.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { DeviceStateMark } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'

/** What this agent watches; the first of many. */
export function AgentDevices({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation()
  const query = useQuery(agentDevicesQuery(agent.id))
  const columns = useMemo<readonly DataColumn<DeviceRow>[]>(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 110,
        value: (row) => row.state,
        cell: (row) => <DeviceStateMark state={row.state} />,
      },
      {
        id: 'name',
        label: t('column.device'),
        value: (row) => row.name,
        cell: (row) => (
          <Link to="/devices/$id" params={{ id: row.id }} search={{}} style={{ color: 'inherit', fontWeight: 600 }}>
            {row.name}
          </Link>
        ),
      },
      {
        id: 'address',
        label: t('column.address'),
        value: (row) => row.address,
        cell: (row) => <span className="num">{row.address}</span>,
      },
    ],
    [t],
  )
  return (
    <Panel
      title={t('agent.devices', { count: agent.devices })}
      aside={
        <Link to="/sites/$id" params={{ id: agent.site }} search={{}}>
          {t('agent.manageDevices')}
        </Link>
      }
    >
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <SkeletonRows count={3} />
      ) : query.data.items.length === 0 ? (
        <Empty icon="devices" title={t('agent.noDevices')} small />
      ) : (
        <DataTable rows={query.data.items} columns={columns} keyOf={(row) => row.id} />
      )}
    </Panel>
  )
}
