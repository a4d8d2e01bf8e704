// What the device depends on and what depends on it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DependencyNode } from '#shared/http/cause.ts'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { dependenciesQuery } from '../cause/cause-queries.ts'
import { VerdictMark } from '../cause/verdict-mark.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { dependentsOf } from './dependents.ts'
import css from './device.module.css'

const SHOWN = 12

export function Dependencies({ device, title }: { device: DeviceDetail; title: string }) {
  const { t } = useTranslation()
  const query = useQuery(dependenciesQuery(device.site))
  const graph = query.data
  const behind = useMemo(() => (graph ? dependentsOf(graph, device.id) : []), [graph, device.id])
  const node = graph?.nodes.find((one) => one.id === device.id)
  const nodeOf = (id: string) =>
    graph?.nodes.find((one) => one.id === id || one.id === `${device.site}.${id}`) ?? undefined
  return (
    <Panel
      title={title}
      aside={
        <Link to="/sites/$id" params={{ id: device.site }} search={{ part: 'dependencies' }}>
          {t('device.allDependencies')}
        </Link>
      }
    >
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={3} />
      ) : (
        <Facts
          of={[
            [
              t('device.verdict'),
              node === undefined ? null : <VerdictMark key="v" verdict={node.verdict} title={node.why} />,
            ],
            [t('device.causedBy'), listOf((node?.causes ?? []).map((id) => nodeOf(id) ?? id))],
            [t('device.parents'), listOf(device.parents.map((id) => nodeOf(id) ?? id))],
            [t('device.via'), listOf(device.via ?? [])],
            [t('device.poweredBy'), listOf((device.poweredBy ?? []).map((id) => nodeOf(id) ?? id))],
            [
              t('device.ways'),
              node === undefined || node.ways === 0
                ? null
                : t('device.waysAlive', { alive: node.waysAlive, all: node.ways }),
            ],
            [
              t('device.behind', { count: behind.length }),
              behind.length === 0 ? (
                <span key="n" className="quiet">
                  {t('device.nothingBehind')}
                </span>
              ) : (
                listOf(behind)
              ),
            ],
          ]}
        />
      )}
    </Panel>
  )
}

/** Null for none, so that the line is left out. */
function listOf(of: readonly (DependencyNode | string)[]): ReactNode {
  if (of.length === 0) return null
  return (
    <span className={css.names}>
      {of.slice(0, SHOWN).map((one) =>
        typeof one === 'string' || one.kind !== 'device' ? (
          <span key={typeof one === 'string' ? one : one.id}>{typeof one === 'string' ? one : one.name}</span>
        ) : (
          <Link key={one.id} to="/devices/$id" params={{ id: one.id }} search={{}}>
            {one.name}
          </Link>
        ),
      )}
      {of.length > SHOWN ? <span className="quiet">+{of.length - SHOWN}</span> : null}
    </span>
  )
}
