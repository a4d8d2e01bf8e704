// What the collector wants an agent to watch, and what became of it there.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AgentRow } from '#shared/http/inventory.ts'
import { ConfigStatus } from '../sites/config-status.tsx'
import { statusQuery } from '../sites/site-queries.ts'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'

export function AgentConfig({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation()
  const query = useQuery(statusQuery(agent.site))
  const own = query.data?.agents.find((one) => one.agent === agent.id)
  return (
    <Panel
      title={t('config.title')}
      aside={
        <Link to="/sites/$id" params={{ id: agent.site }} search={{}}>
          {agent.siteName}
        </Link>
      }
    >
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={3} />
      ) : own === undefined ? (
        <Empty icon="devices" title={t('config.none')} small />
      ) : (
        <ConfigStatus of={own} site={agent.site} />
      )}
    </Panel>
  )
}
