// Who may come in, as what, and who is in now.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { useMayChange } from '../api/role.ts'
import { ViewScreen } from '../ui/view-screen.tsx'
import { UserList } from './user-list.tsx'
import { USER_VIEWS } from './users-search.ts'

const views = {
  users: UserList,
  roles: lazy(async () => ({ default: (await import('./role-table.tsx')).RoleTableView })),
  failed: lazy(async () => ({ default: (await import('./failed-sign-ins.tsx')).FailedSignIns })),
}

export function UsersScreen() {
  const { t } = useTranslation()
  const { view = 'users' } = useSearch({ from: '/signed-in/users' })
  const navigate = useNavigate({ from: '/users' })
  return (
    <ViewScreen
      title={t('nav.users')}
      label={t('users.views')}
      may={useMayChange()}
      value={view}
      of={USER_VIEWS.map((value) => ({ value, label: t(`userView.${value}`) }))}
      views={views}
      onChange={(next) => void navigate({ search: next === 'users' ? {} : { view: next }, replace: true })}
    />
  )
}
