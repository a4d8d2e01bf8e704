// The picture as a table: every node, how it is, and who stands beside it.
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { SEVERITIES } from '#shared/domain/severity.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { VerdictMark } from '../cause/verdict-mark.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { DeviceStateMark, SeverityMark, Tag } from '../ui/marks.tsx'
import { type MapNode, neighboursIn, type SiteMap } from './map-model.ts'
import css from './topology.module.css'

const SHOWN = 4

export function MapTable({ map }: { map: SiteMap }) {
  const columns = useColumns(map)
  return <DataTable rows={map.nodes} columns={columns} sort={{ id: 'worst', desc: true }} keyOf={(row) => row.id} />
}

function useColumns(map: SiteMap): readonly DataColumn<MapNode>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const names = new Map(map.nodes.map((node) => [node.id, node.name]))
    return [
      {
        id: 'name',
        label: t('column.device'),
        value: (row) => row.name,
        cell: (row) =>
          row.isDevice ? (
            <Link to="/devices/$id" params={{ id: row.id }} search={{}} style={{ fontWeight: 600, color: 'inherit' }}>
              {row.name}
            </Link>
          ) : (
            row.name
          ),
      },
      {
        id: 'kind',
        label: t('siteMap.kind'),
        wideOnly: true,
        value: (row) => t(`nodeKind.${row.kind}`),
        cell: (row) => t(`nodeKind.${row.kind}`),
      },
      {
        id: 'state',
        label: t('column.state'),
        value: (row) => row.state,
        cell: (row) =>
          row.state === 'unwatched' ? (
            <Tag>{t('dependencyState.unwatched')}</Tag>
          ) : (
            <DeviceStateMark state={row.state} />
          ),
      },
      {
        id: 'worst',
        label: t('siteMap.worst'),
        value: gravity,
        cell: (row) => (row.worst === null ? <span className="quiet">–</span> : <SeverityMark severity={row.worst} />),
      },
      {
        id: 'verdict',
        label: t('cause.title'),
        value: (row) => row.verdict,
        cell: (row) =>
          row.verdict === 'well' ? (
            <span className="quiet">–</span>
          ) : (
            <>
              <VerdictMark verdict={row.verdict} />
              {row.causes[0] === undefined ? null : (
                <div className={css.under}>
                  {t('siteMap.causedBy')} {names.get(row.causes[0]) ?? row.causes[0]}
                </div>
              )}
            </>
          ),
      },
      {
        id: 'beside',
        label: t('siteMap.besideTitle'),
        wideOnly: true,
        cell: (row) => {
          const beside = neighboursIn(map, row.id)
          const words = beside.slice(0, SHOWN).map(({ other, port }) => {
            const via = resourceName(port)
            return via === '' ? (names.get(other) ?? other) : `${names.get(other) ?? other} (${via})`
          })
          return [...words, ...(beside.length > SHOWN ? [`+${beside.length - SHOWN}`] : [])].join(', ')
        },
      },
    ]
  }, [t, map])
}

const gravity = ({ worst, state, verdict }: MapNode): number =>
  (worst === null ? 0 : (SEVERITIES.indexOf(worst) + 1) * 10) +
  (verdict === 'cause' || verdict === 'inferred' ? 5 : 0) +
  (state === 'down' ? 2 : state === 'unknown' ? 1 : 0)
