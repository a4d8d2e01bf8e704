// For an administrator of an installation that watches over nothing yet: the way back to its first steps.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { sessionQuery, sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { Banner } from '../app/banner.tsx'

export function SetupBanner() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const may = useMayChange()
  const session = useQuery(sessionQuery).data
  const sites = useQuery({ ...sitesQuery, enabled: may }).data?.items
  const path = useRouterState({ select: (state) => state.location.pathname })
  const isThere = path === '/welcome' || path === '/agents/add'
  if (may && !isThere && sites?.every((site) => site.agents === 0))
    return (
      <Banner
        icon="sites"
        tone="info"
        isNews={false}
        action={{ label: t('shell.goOn'), run: () => void navigate({ to: '/welcome', search: {} }) }}
      >
        {t(sites.length === 0 ? 'shell.noSites' : 'shell.noAgents')}
      </Banner>
    )
  if (session?.passwordGiven && path !== '/preferences' && path !== '/welcome')
    return (
      <Banner
        icon="key"
        tone="info"
        isNews={false}
        action={{ label: t('shell.choosePassword'), run: () => void navigate({ to: '/preferences' }) }}
      >
        {t('shell.passwordGiven')}
      </Banner>
    )
  return null
}
