// The links of a site, found or drawn, and who is seen there without being one of its devices.
import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Link as SiteLink } from '#shared/domain/topology.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { LinkNode, Stranger } from '#shared/http/topology.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { send } from '../api/client.ts'
import { useMayTend } from '../api/role.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { LookThere } from './neighbours.tsx'
import css from './topology.module.css'
import { linksPath, linksQuery } from './topology-queries.ts'

const LinkDialog = lazy(async () => ({ default: (await import('./link-dialog.tsx')).LinkDialog }))

export function SiteLinks({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayTend()
  const query = useQuery(linksQuery(site.id))
  const [drawing, setDrawing] = useState(false)
  const [removing, setRemoving] = useState<SiteLink | null>(null)
  const nodes = useMemo(() => new Map(query.data?.nodes.map((node) => [node.id, node])), [query.data])
  const columns = useLinkColumns(nodes, may, setRemoving)
  const strangers = useStrangerColumns(nodes, site.id)
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={8} />
  const draw =
    may && query.data.nodes.length > 1 ? (
      <Button variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setDrawing(true)}>
        {t('links.draw')}
      </Button>
    ) : null
  return (
    <>
      <Panel title={t('links.title', { count: query.data.links.length })} aside={draw}>
        {query.data.links.length === 0 ? (
          <Empty icon="link" title={t('links.none')}>
            <p>{t('links.noneNext')}</p>
          </Empty>
        ) : (
          <DataTable rows={query.data.links} columns={columns} keyOf={(row) => row.id} />
        )}
      </Panel>
      {query.data.strangers.length === 0 ? null : (
        <Panel title={t('strangers.title', { count: query.data.strangers.length })}>
          <p className={css.note}>{t('strangers.hint')}</p>
          <DataTable rows={query.data.strangers} columns={strangers} keyOf={(row) => row.key} />
          {query.data.truncated ? <p className={css.note}>{t('strangers.truncated')}</p> : null}
        </Panel>
      )}
      {may ? null : <p className={page.hint}>{t('role.readOnly')}</p>}
      <Suspense>
        {drawing ? <LinkDialog site={site.id} nodes={query.data.nodes} onClose={() => setDrawing(false)} /> : null}
      </Suspense>
      {removing === null ? null : (
        <ConfirmDialog
          title={t('links.removeTitle')}
          hint={t(removing.by === 'manual' ? 'links.removeHint' : 'links.removeFoundHint')}
          label={t('remove.do')}
          queryKey={['links', site.id]}
          run={() => send('DELETE', `${linksPath(site.id)}/${encodeURIComponent(removing.id)}`)}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

type Nodes = ReadonlyMap<string, LinkNode>

function End({ device, port, nodes }: { device: string; port: string; nodes: Nodes }) {
  return (
    <>
      <Link to="/devices/$id" params={{ id: device }} search={{}} style={{ fontWeight: 600, color: 'inherit' }}>
        {nodes.get(device)?.name ?? device}
      </Link>{' '}
      <span className="quiet">{resourceName(port)}</span>
    </>
  )
}

function useLinkColumns(nodes: Nodes, may: boolean, remove: (link: SiteLink) => void): readonly DataColumn<SiteLink>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'a',
        label: t('links.oneEnd'),
        value: (row) => nodes.get(row.a)?.name ?? row.a,
        cell: (row) => <End device={row.a} port={row.aPort} nodes={nodes} />,
      },
      {
        id: 'b',
        label: t('links.otherEnd'),
        value: (row) => nodes.get(row.b)?.name ?? row.b,
        cell: (row) => <End device={row.b} port={row.bPort} nodes={nodes} />,
      },
      {
        id: 'by',
        label: t('neighbours.by'),
        value: (row) => row.by,
        cell: (row) => (
          <>
            <span className={css.tags}>
              {row.sources.map((source) => (
                <Tag key={source} title={t(`linkSourceHint.${source}`)}>
                  {t(`linkSource.${source}`)}
                </Tag>
              ))}
            </span>
            {row.drawnBy === null ? null : <div className={css.under}>{row.drawnBy}</div>}
            {row.note === '' ? null : <div className={css.under}>{row.note}</div>}
          </>
        ),
      },
      {
        id: 'sure',
        label: t('links.sure'),
        right: true,
        wideOnly: true,
        value: (row) => row.confidence,
        cell: (row) => (
          <span className="num" title={t(row.toldBy.length === 2 ? 'links.toldByBoth' : 'links.toldByOne')}>
            {Math.round(row.confidence * 100)} %
          </span>
        ),
      },
      {
        id: 'seen',
        label: t('neighbours.seen'),
        wideOnly: true,
        value: (row) => row.seenAt,
        cell: (row) => (
          <>
            <Time at={row.seenAt} />{' '}
            {row.state === 'stale' ? (
              <Tag tone="warn" title={t(`links.because.${row.staleBecause ?? 'gone'}`)}>
                {t('links.stale')}
              </Tag>
            ) : null}
          </>
        ),
      },
      ...(may
        ? [
            {
              id: 'do',
              label: '',
              right: true,
              width: 48,
              cell: (row: SiteLink) =>
                row.by === 'manual' || row.state === 'stale' ? (
                  <ActionIcon
                    aria-label={t('links.remove', {
                      a: nodes.get(row.a)?.name ?? row.a,
                      b: nodes.get(row.b)?.name ?? row.b,
                    })}
                    onClick={() => remove(row)}
                  >
                    <Icon name="trash" />
                  </ActionIcon>
                ) : null,
            },
          ]
        : []),
    ],
    [t, nodes, may, remove],
  )
}

function useStrangerColumns(nodes: Nodes, site: string): readonly DataColumn<Stranger>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('neighbours.neighbour'),
        value: (row) => row.name ?? row.key,
        cell: (row) => (
          <>
            <b>{row.name || row.key}</b>
            <div className={css.under}>
              {[row.addresses.join(', '), row.mac === row.key ? null : row.mac].filter(Boolean).join(' · ')}
            </div>
            {row.description ? <div className={css.under}>{row.description}</div> : null}
          </>
        ),
      },
      {
        id: 'where',
        label: t('strangers.seenAt'),
        cell: (row) =>
          row.seenAt.slice(0, 3).map((place) => (
            <div key={`${place.device} ${place.port} ${place.by}`}>
              <End device={place.device} port={place.port} nodes={nodes} /> <Tag>{t(`linkSource.${place.by}`)}</Tag>
            </div>
          )),
      },
      {
        id: 'do',
        label: '',
        right: true,
        cell: (row) => <LookThere site={site} addresses={row.addresses} />,
      },
    ],
    [t, nodes, site],
  )
}
