// Looking for devices from a site: the sweep, and what it proposes. Nothing becomes a device by itself.
import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SweepRow } from '#shared/http/discovery.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import { useMayChange } from '../api/role.ts'
import { watchedDevicesQuery } from '../sites/site-queries.ts'
import { Icon } from '../ui/icons.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { sweepsQuery } from './discovery-queries.ts'
import { Proposals } from './proposals.tsx'
import { SweepPanel } from './sweep-panel.tsx'

const SweepDialog = lazy(async () => ({ default: (await import('./sweep-dialog.tsx')).SweepDialog }))

export function SiteDiscovery({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const sweeps = useQuery(sweepsQuery(site.id))
  const watched = useInfiniteQuery(watchedDevicesQuery(site.id))
  const { sweep: wanted } = useSearch({ from: '/signed-in/sites/$id' })
  const navigate = useNavigate({ from: '/sites/$id' })
  const [starting, setStarting] = useState(wanted !== undefined)
  if (sweeps.isError) return <Failed failure={sweeps.error} retry={() => void sweeps.refetch()} />
  if (sweeps.isPending) return <SkeletonRows count={8} />
  const start =
    may && site.agents > 0 ? (
      <Button leftSection={<Icon name="radar" size={14} />} onClick={() => setStarting(true)}>
        {t('sweep.start')}
      </Button>
    ) : null
  return (
    <>
      {site.agents === 0 ? (
        <p className={page.notice} data-tone="warn">
          <Icon name="agents" />
          <span>{t('sweep.noAgent')}</span>
        </p>
      ) : null}
      <SweepPanel sweeps={sweeps.data.items} start={start} />
      <Proposals site={site} everSwept={sweeps.data.items.length > 0} />
      {may ? null : <p className={page.hint}>{t('role.readOnly')}</p>}
      {starting && may ? (
        <Suspense>
          <SweepDialog
            site={site.id}
            addresses={watched.data?.pages.flatMap((one) => one.items.map((device) => device.address)) ?? []}
            ranges={wanted ?? rangesOf(sweeps.data.items[0])}
            exclude={wanted === undefined ? (sweeps.data.items[0]?.exclude ?? []) : []}
            onClose={() => {
              setStarting(false)
              if (wanted !== undefined)
                void navigate({ search: (old) => ({ ...old, sweep: undefined }), replace: true })
            }}
          />
        </Suspense>
      ) : null}
    </>
  )
}

/** Most people look at the same place again. */
function rangesOf(last: SweepRow | undefined): string {
  return last?.ranges.join('\n') ?? ''
}
