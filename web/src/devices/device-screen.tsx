// One device: is it well, what does it measure, what happened to it. Each part is fetched when it is looked at.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { deviceQuery } from '../api/queries.ts'
import { useMaySee } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { PartOfPage, PartTabs } from '../ui/part-tabs.tsx'
import { SiteOfScreen } from '../ui/site-zone.ts'
import css from './device.module.css'
import { DeviceHead, StateNotice } from './device-head.tsx'
import { DEVICE_PARTS, type DevicePart, type DeviceSearch } from './device-parts.ts'
import { interfacesOf } from './interfaces.ts'
import { OverviewPart } from './overview-part.tsx'
import { sensorsOf } from './sensors.ts'

export interface PartProps {
  readonly device: DeviceDetail
  readonly search: DeviceSearch
  /** Changes what the address says; without another place in the history. */
  show(change: DeviceSearch): void
  onDiagnose(): void
}

type Part = ComponentType<PartProps>

const parts: Readonly<Record<DevicePart, Part>> = {
  overview: OverviewPart,
  interfaces: lazy(async () => ({ default: (await import('./interfaces-part.tsx')).InterfacesPart })),
  sensors: lazy(async () => ({ default: (await import('./sensors-part.tsx')).SensorsPart })),
  charts: lazy(async () => ({ default: (await import('./charts-part.tsx')).ChartsPart })),
  events: lazy(async () => ({ default: (await import('./events-part.tsx')).EventsPart })),
  inventory: lazy(async () => ({ default: (await import('./inventory-part.tsx')).InventoryPart })),
  diagnosis: lazy(async () => ({ default: (await import('./diagnosis-part.tsx')).DiagnosisPart })),
}

/** What people at a customer's have no use for, or may not see. */
const INSIDE: ReadonlySet<DevicePart> = new Set(['events', 'inventory', 'diagnosis'])

const DiagnosticDialog = lazy(async () => ({
  default: (await import('../incidents/diagnostic-dialog.tsx')).DiagnosticDialog,
}))

export function DeviceScreen() {
  const { id } = useParams({ from: '/signed-in/devices/$id' })
  const query = useQuery(deviceQuery(id))
  if (query.data)
    return (
      <SiteOfScreen value={query.data.site}>
        <DevicePage device={query.data} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

function DevicePage({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/devices/$id' })
  const navigate = useNavigate({ from: '/devices/$id' })
  const maySee = useMaySee()
  const [diagnosing, setDiagnosing] = useState(false)
  const counts = useMemo(
    () => ({ interfaces: interfacesOf(device.series).length, sensors: sensorsOf(device.series).length }),
    [device.series],
  )
  const offered = DEVICE_PARTS.filter(
    (part) => (maySee || !INSIDE.has(part)) && (part !== 'interfaces' || counts.interfaces > 0),
  )
  const part = offered.find((one) => one === search.part) ?? 'overview'
  const Part = parts[part]

  const show = useCallback(
    (change: DeviceSearch) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  )

  return (
    <div className={css.page}>
      <ScreenTitle title={device.name} within={t('nav.devices')} to="/devices" />
      <DeviceHead device={device} onDiagnose={() => setDiagnosing(true)} />
      <StateNotice device={device} />
      <PartTabs
        label={t('device.parts')}
        value={part}
        of={offered.map((one) => ({
          value: one,
          label: t(`devicePart.${one}`),
          count: one === 'interfaces' || one === 'sensors' ? counts[one] : undefined,
        }))}
        onChange={(one) => show({ part: one === 'overview' ? undefined : one })}
      />
      <PartOfPage label={t(`devicePart.${part}`)} className={css.part}>
        <Suspense fallback={<SkeletonRows count={10} />}>
          <Part device={device} search={search} show={show} onDiagnose={() => setDiagnosing(true)} />
        </Suspense>
      </PartOfPage>
      {diagnosing ? (
        <Suspense>
          <DiagnosticDialog
            path={`/devices/${encodeURIComponent(device.id)}`}
            actions={device.actions}
            refresh={['diagnostics', device.id]}
            onClose={() => setDiagnosing(false)}
          />
        </Suspense>
      ) : null}
    </div>
  )
}
