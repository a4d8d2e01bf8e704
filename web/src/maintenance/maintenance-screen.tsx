// Maintenance: windows in which nobody is called, everything that is held back now and why, and which alarms say the same.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { useSeesAll } from '../api/role.ts'
import { ViewScreen } from '../ui/view-screen.tsx'
import { MAINTENANCE_VIEWS } from './maintenance-search.ts'
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
  return (
    <ViewScreen
      title={t('nav.maintenance')}
      label={t('maintenance.views')}
      value={view}
      of={offered.map((value) => ({ value, label: t(`maintenanceView.${value}`) }))}
      views={views}
      onChange={(next) => void navigate({ search: next === 'windows' ? {} : { view: next }, replace: true })}
    />
  )
}
