// Maintenance: windows in which nobody is called, everything that is held back now and why, and which alarms say the same.
import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useSeesAll } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import css from './maintenance.module.css'
import { MAINTENANCE_VIEWS, type MaintenanceView } from './maintenance-search.ts'
import { WindowList } from './window-list.tsx'

const views = {
  windows: WindowList,
  suppressed: lazy(async () => ({ default: (await import('./suppressed-now.tsx')).SuppressedNow })),
  inhibitions: lazy(async () => ({ default: (await import('./inhibitions.tsx')).Inhibitions })),
}

export function MaintenanceScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/maintenance' })
  // which alarms say the same is said for everybody
  const seesAll = useSeesAll()
  const offered = MAINTENANCE_VIEWS.filter((one) => seesAll || one !== 'inhibitions')
  const view = offered.find((one) => one === search.view) ?? 'windows'
  const navigate = useNavigate({ from: '/maintenance' })
  const View = views[view]
  return (
    <>
      <ScreenTitle title={t('nav.maintenance')} />
      <div className={css.views}>
        <SegmentedControl
          size="xs"
          aria-label={t('maintenance.views')}
          value={view}
          onChange={(next) =>
            void navigate({ search: next === 'windows' ? {} : { view: next as MaintenanceView }, replace: true })
          }
          data={offered.map((value) => ({ value, label: t(`maintenanceView.${value}`) }))}
        />
      </div>
      <Suspense fallback={<SkeletonRows count={10} />}>
        <View />
      </Suspense>
    </>
  )
}
