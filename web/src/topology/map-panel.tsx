// One node of the picture: how it is, why, its alarms, and who stands beside it.
import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { statusOf } from '../alarms/alarm-view.ts'
import { deviceAlarmsQuery } from '../api/queries.ts'
import { VerdictMark } from '../cause/verdict-mark.tsx'
import { Icon } from '../ui/icons.tsx'
import { AlarmStatusMark, DeviceStateMark, SeverityMark, Tag } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import { type MapNode, neighboursIn, type SiteMap } from './map-model.ts'
import css from './topology.module.css'

const NEIGHBOURS = 12

export interface MapPanelProps {
  readonly map: SiteMap
  readonly node: MapNode
  onChoose(id: string | null): void
}

export function MapPanel({ map, node, onChoose }: MapPanelProps) {
  const { t } = useTranslation()
  const nameOf = (id: string) => map.nodes.find((one) => one.id === id)?.name ?? id
  const beside = neighboursIn(map, node.id)
  return (
    <aside className={css.panel} aria-label={node.name} data-node-panel={node.id}>
      <header>
        <div>
          {node.isDevice ? (
            <Link to="/devices/$id" params={{ id: node.id }} search={{}}>
              <b>{node.name}</b>
            </Link>
          ) : (
            <b>{node.name}</b>
          )}
          <p className="quiet">{t(`nodeKind.${node.kind}`)}</p>
        </div>
        <ActionIcon aria-label={t('action.close')} onClick={() => onChoose(null)}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </header>
      <p className={css.marks}>
        {node.state === 'unwatched' ? (
          <Tag>{t('dependencyState.unwatched')}</Tag>
        ) : (
          <DeviceStateMark state={node.state} />
        )}
        {node.verdict === 'well' ? null : <VerdictMark verdict={node.verdict} />}
      </p>
      {node.why === '' ? null : <p className="quiet">{node.why}</p>}
      {node.causes.length === 0 ? null : (
        <p>
          {t('siteMap.causedBy')}{' '}
          <button type="button" className={css.jump} onClick={() => onChoose(node.causes[0] ?? null)}>
            {nameOf(node.causes[0] ?? '')}
          </button>
          {node.causeAlarm === null ? null : (
            <>
              {' · '}
              <Link to="/alarms" search={{ view: 'all', alarm: node.causeAlarm }}>
                {t('dependencies.causeAlarm')}
              </Link>
            </>
          )}
        </p>
      )}
      {node.isDevice ? <Alarms device={node.id} /> : null}
      {beside.length === 0 ? null : (
        <section>
          <h3>{t('siteMap.beside', { count: beside.length })}</h3>
          <ul>
            {beside.slice(0, NEIGHBOURS).map(({ edge, other, port, otherPort }) => (
              <li key={edge.id}>
                <button type="button" className={css.jump} onClick={() => onChoose(other)}>
                  {nameOf(other)}
                </button>
                {edge.isDead ? <Tag tone="bad">{t('dependencies.dead')}</Tag> : null}
                {edge.isStale ? <Tag>{t('links.stale')}</Tag> : null}
                {edge.kind === 'link' ? null : <Tag>{t(`dependencyEdge.${edge.kind}`)}</Tag>}
                <span className="quiet">{[port, otherPort].map(resourceName).filter(Boolean).join(' – ')}</span>
              </li>
            ))}
          </ul>
          {beside.length > NEIGHBOURS ? (
            <p className="quiet">{t('overview.moreSites', { count: beside.length - NEIGHBOURS })}</p>
          ) : null}
        </section>
      )}
      {node.isDevice ? (
        <Link to="/devices/$id" params={{ id: node.id }} search={{}} className={css.more}>
          {t('siteMap.open')}
        </Link>
      ) : null}
    </aside>
  )
}

function Alarms({ device }: { device: string }) {
  const { t } = useTranslation()
  const query = useQuery(deviceAlarmsQuery(device))
  if (query.isError) return <FormProblem failure={query.error} />
  if (query.isPending) return <SkeletonRows count={2} />
  const rows = query.data.items.filter((row) => !row.isCleared)
  if (rows.length === 0) return <p className="quiet">{t('siteMap.noAlarms')}</p>
  return (
    <section>
      <h3>{t('siteMap.alarms', { count: rows.length })}</h3>
      <ul>
        {rows.slice(0, 6).map((row) => (
          <li key={row.id}>
            <SeverityMark severity={row.perceivedSeverity} short />
            <Link to="/alarms" search={{ view: 'all', alarm: row.id }}>
              {row.text}
            </Link>
            <span className={css.marks}>
              <AlarmStatusMark status={statusOf(row)} />
              <Time at={row.raisedAt} site={row.site} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
