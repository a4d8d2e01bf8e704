// Routes, in the order they are asked: what fits, when, and to whom.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteRow } from '#shared/http/notifications.ts'
import { useMayChange } from '../api/role.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import listBar from '../ui/list-bar.module.css'
import { ListBody } from '../ui/list-body.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { routePath, routesQuery } from './notification-queries.ts'
import { nextOrder, type Target } from './route-form.ts'
import { useRouteWords } from './route-words.ts'
import { RemoveKept, toolColumn } from './row-tools.tsx'

const RouteDialog = lazy(async () => ({ default: (await import('./route-dialog.tsx')).RouteDialog }))
const RouteTry = lazy(async () => ({ default: (await import('./route-try.tsx')).RouteTry }))

type Open = RouteRow | 'new' | 'try' | null

export function RouteListView() {
  const { t } = useTranslation()
  const may = useMayChange()
  const query = useQuery(routesQuery)
  const [open, setOpen] = useState<Open>(null)
  const [removing, setRemoving] = useState<RouteRow | null>(null)
  const rows = query.data?.items ?? []
  const columns = useColumns(may, setOpen, setRemoving)
  const orders = rows.filter((row) => row.origin !== 'built-in').map((row) => Number(row.route.order ?? 100))
  return (
    <>
      <div className={listBar.bar}>
        <p className={page.hint}>{t('routes.hint')}</p>
        <div className={listBar.actions}>
          <Button variant="default" leftSection={<Icon name="search" size={13} />} onClick={() => setOpen('try')}>
            {t('routes.try')}
          </Button>
          {may ? (
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen('new')}>
              {t('routes.new')}
            </Button>
          ) : null}
        </div>
      </div>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="send" title={t('routes.none')}>
            {t('routes.noneNext')}
          </Empty>
        }
        onOpen={(row) => row.origin === 'built-in' || setOpen(row)}
      />
      <Suspense>
        {open === 'try' ? (
          <RouteTry onClose={() => setOpen(null)} />
        ) : open === null ? null : (
          <RouteDialog
            row={open === 'new' ? undefined : open}
            order={nextOrder(orders)}
            may={may}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
      {removing === null ? null : (
        <RemoveKept
          row={removing}
          hint={t('routes.removeHint')}
          path={routePath}
          queryKey="notification-routes"
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

function useColumns(
  may: boolean,
  open: (row: RouteRow) => void,
  remove: (row: RouteRow) => void,
): readonly DataColumn<RouteRow>[] {
  const { t } = useTranslation()
  const words = useRouteWords()
  return useMemo(
    () => [
      {
        id: 'order',
        label: t('routes.order'),
        width: 62,
        right: true,
        wideOnly: true,
        value: (row) => Number(row.route.order ?? 0),
        cell: (row) => <span className="num">{row.origin === 'built-in' ? '–' : String(row.route.order ?? '')}</span>,
      },
      {
        id: 'title',
        label: t('routes.title'),
        cell: (row) => (
          <>
            <b>{row.origin === 'built-in' ? t('deliveryLog.defaultRoute') : String(row.route.title || '') || row.id}</b>{' '}
            {row.enabled ? null : <Tag>{t('channels.off')}</Tag>}
            {row.route.continue === true ? <Tag title={t('routes.continueHint')}>{t('routes.continue')}</Tag> : null}
            {row.problem === null ? null : <div className={page.problem}>{row.problem}</div>}
          </>
        ),
      },
      { id: 'match', label: t('routes.match'), cell: (row) => words.match(row.route) },
      { id: 'hours', label: t('routes.hours'), wideOnly: true, cell: (row) => words.hours(row.route) },
      {
        id: 'to',
        label: t('deliveryLog.to'),
        cell: (row) =>
          ((row.route.to ?? []) as readonly Target[]).map((one) => (
            <div key={`${one.channel} ${one.addresses?.join()}`}>
              {one.channel}
              {one.addresses ? <div className="quiet">{one.addresses.join(', ')}</div> : null}
            </div>
          )),
      },
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        cell: (row) => <Tag>{t(`ruleOrigin.${row.origin}`)}</Tag>,
      },
      ...(may ? [toolColumn<RouteRow>(t('maintenance.actions'), open, remove)] : []),
    ],
    [t, words, may, open, remove],
  )
}
