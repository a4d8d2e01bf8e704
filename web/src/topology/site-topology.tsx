// A site as a picture: what stands where, what is wrong, and what causes it; the same as a table for who reads tables.
import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { LivePayload } from '#shared/http/live.ts'
import { useConsole } from '../app/console.ts'
import { dependenciesQuery } from '../cause/cause-queries.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import type { MapHandle } from './map-canvas.tsx'
import { MapLegend } from './map-legend.tsx'
import { type SiteMap, siteMapOf } from './map-model.ts'
import { MapPanel } from './map-panel.tsx'
import { MapSearch } from './map-search.tsx'
import { MapTable } from './map-table.tsx'
import { useNodeSaid } from './node-said.ts'
import css from './topology.module.css'
import { linksQuery } from './topology-queries.ts'

const MapCanvas = lazy(async () => ({ default: (await import('./map-canvas.tsx')).MapCanvas }))

export function SiteTopology({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const links = useQuery(linksQuery(site.id))
  const dependencies = useQuery(dependenciesQuery(site.id))
  const [view, setView] = useState<'picture' | 'table'>('picture')
  useSiteLive(site.id)
  const map = useMemo(() => links.data && siteMapOf(links.data, dependencies.data), [links.data, dependencies.data])
  if (links.isError && links.data === undefined)
    return <Failed failure={links.error} retry={() => void links.refetch()} />
  // a picture without what depends on what would be arranged anew a moment later
  if (map === undefined || dependencies.isPending) return <SkeletonRows count={12} />
  if (map.nodes.length === 0)
    return (
      <Empty icon="link" title={t('siteMap.none')}>
        {t('siteMap.noneNext')}
      </Empty>
    )
  return (
    <Panel
      title={t('siteMap.title', { count: map.nodes.filter((node) => node.isDevice).length })}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('siteMap.view')}
          value={view}
          onChange={(value) => setView(value as 'picture' | 'table')}
          data={[
            { value: 'picture', label: t('siteMap.picture') },
            { value: 'table', label: t('siteMap.table') },
          ]}
        />
      }
    >
      {view === 'table' ? <MapTable map={map} /> : <Picture site={site.id} map={map} />}
    </Panel>
  )
}

function Picture({ site, map }: { site: string; map: SiteMap }) {
  const { t } = useTranslation()
  const said = useNodeSaid()
  const [chosen, setChosen] = useState<string | null>(null)
  const handle = useRef<MapHandle>(null)
  const node = map.nodes.find((one) => one.id === chosen)
  const buttons: readonly (readonly [IconName, string, () => void])[] = [
    ['plus', t('siteMap.closer'), () => handle.current?.zoomBy(1.3)],
    ['minus', t('siteMap.further'), () => handle.current?.zoomBy(1 / 1.3)],
    ['fit', t('siteMap.all'), () => handle.current?.showAll()],
    ['refresh', t('siteMap.arrange'), () => handle.current?.arrange()],
  ]
  return (
    <div className={css.map}>
      <div className={css.tools}>
        <MapSearch nodes={map.nodes} onChoose={setChosen} />
        {buttons.map(([icon, label, run]) => (
          <Tooltip key={icon} label={label}>
            <ActionIcon variant="default" size="md" aria-label={label} onClick={run}>
              <Icon name={icon} size={14} />
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
      <div
        className={css.field}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move through the picture; the table says the same
        tabIndex={0}
        role="application"
        aria-label={t('siteMap.said', {
          count: map.nodes.length,
          causes: map.nodes.filter(({ verdict }) => verdict === 'cause' || verdict === 'inferred').length,
        })}
        aria-describedby="site-map-keys"
        onKeyDown={(event) => keys(event, handle.current, chosen, setChosen)}
      >
        <Suspense fallback={<SkeletonRows count={8} />}>
          <MapCanvas site={site} map={map} chosen={chosen} handle={handle} onChoose={setChosen} />
        </Suspense>
      </div>
      <p className="sr-only" id="site-map-keys">
        {t('siteMap.keys')}
      </p>
      <p className="sr-only" role="status">
        {node ? said(node) : ''}
      </p>
      {node ? <MapPanel map={map} node={node} onChoose={setChosen} /> : null}
      <MapLegend map={map} />
    </div>
  )
}

const ARROWS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' } as const
const STEP = 80

function keys(
  event: KeyboardEvent,
  map: MapHandle | null,
  chosen: string | null,
  choose: (id: string | null) => void,
): void {
  if (map === null || event.ctrlKey || event.metaKey || event.altKey) return
  const direction = ARROWS[event.key as keyof typeof ARROWS]
  if (direction !== undefined && event.shiftKey) {
    const [x, y] = { up: [0, STEP], down: [0, -STEP], left: [STEP, 0], right: [-STEP, 0] }[direction] as [
      number,
      number,
    ]
    map.panBy(x, y)
  } else if (direction !== undefined) choose(map.toward(direction) ?? chosen)
  else if (event.key === '+' || event.key === '=') map.zoomBy(1.3)
  else if (event.key === '-') map.zoomBy(1 / 1.3)
  else if (event.key === '0') map.showAll()
  else if (event.key === 'Escape' && chosen !== null) choose(null)
  else return
  event.preventDefault()
  event.stopPropagation()
}

/** However fast things change there. */
const EVERY_MS = 1500

/** What happens at the site colours it within two seconds. */
function useSiteLive(site: string): void {
  const { live } = useConsole()
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = live.onEvent((name, payload) => {
      const at =
        name === 'alarm'
          ? (payload as LivePayload<'alarm'>).alarm.site
          : name === 'device'
            ? (payload as LivePayload<'device'>).device.site
            : undefined
      if (at !== site) return
      timer ??= setTimeout(() => {
        timer = undefined
        for (const key of ['links', 'dependencies']) void queries.invalidateQueries({ queryKey: [key, site] })
      }, EVERY_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [live, queries, site])
}
