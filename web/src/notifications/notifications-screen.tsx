// Who is told of what, on which way, and what became of each message.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { useMayLookInto, useSeesAll } from '../api/role.ts'
import { ViewScreen } from '../ui/view-screen.tsx'
import { NOTIFICATION_VIEWS } from './notification-search.ts'
import { RouteListView } from './route-list.tsx'

const views = {
  routes: RouteListView,
  channels: lazy(async () => ({ default: (await import('./channel-list.tsx')).ChannelListView })),
  log: lazy(async () => ({ default: (await import('./delivery-log.tsx')).DeliveryLog })),
}

export function NotificationsScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/notifications' })
  // routes and channels are of the whole installation
  const offered = useSeesAll() ? NOTIFICATION_VIEWS : (['log'] as const)
  const view = offered.find((one) => one === search.view) ?? offered[0] ?? 'log'
  const navigate = useNavigate({ from: '/notifications' })
  return (
    <ViewScreen
      title={t('nav.notifications')}
      label={t('notifications.views')}
      may={useMayLookInto()}
      value={view}
      of={offered.map((value) => ({ value, label: t(`notificationView.${value}`) }))}
      views={views}
      onChange={(next) => void navigate({ search: next === 'routes' ? {} : { view: next }, replace: true })}
    />
  )
}
