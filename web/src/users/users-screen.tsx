// Who may come in, as what, and who is in now.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Forbidden, SkeletonRows } from '../ui/notices.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
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
  const may = useMayChange()
  const View = views[view]
  return (
    <>
      <ScreenTitle title={t('nav.users')} />
      {may ? (
        <>
          <ViewBar
            label={t('users.views')}
            value={view}
            of={USER_VIEWS.map((value) => ({ value, label: t(`userView.${value}`) }))}
            onChange={(next) => void navigate({ search: next === 'users' ? {} : { view: next }, replace: true })}
          />
          <Suspense fallback={<SkeletonRows count={10} />}>
            <View />
          </Suspense>
        </>
      ) : (
        <Forbidden />
      )}
    </>
  )
}
