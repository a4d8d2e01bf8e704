// Adding an agent: make a token, type one command at the site, watch it arrive.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Steps } from '../ui/steps.tsx'
import type { AddAgentSearch } from './add-agent-search.ts'
import { AgentArrival } from './agent-arrival.tsx'

export function AddAgentScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/agents/add' })
  const navigate = useNavigate({ from: '/agents/add' })
  const may = useMayChange()
  const change = (next: Partial<AddAgentSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false })

  if (!may)
    return (
      <>
        <ScreenTitle title={t('join.title')} />
        <Empty icon="lock" title={t('role.adminOnly')}>
          <p>{t('join.adminOnly')}</p>
        </Empty>
      </>
    )
  return (
    <div className={search.token === undefined ? page.narrow : page.page}>
      <ScreenTitle title={t('join.title')} />
      <Steps
        label={t('join.title')}
        of={[t('join.part.token'), t('join.part.install')]}
        at={search.token === undefined ? 0 : 1}
      />
      <AgentArrival search={search} onChange={change} />
    </div>
  )
}
