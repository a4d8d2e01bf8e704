// Adding an agent: make a token, type one command at the site, watch it arrive. The token itself lives in this screen
// alone, in memory, and is gone with it.
import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import type { AddAgentSearch } from './add-agent-search.ts'
import css from './enrolment.module.css'
import { JoinPage } from './join-page.tsx'
import { TokenForm } from './token-form.tsx'

export function AddAgentScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/agents/add' })
  const navigate = useNavigate({ from: '/agents/add' })
  const [made, setMade] = useState<MadeEnrolmentToken | null>(null)
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
      <Steps at={search.token === undefined ? 0 : 1} />
      {search.token === undefined ? (
        <TokenForm
          search={search}
          onChange={change}
          onMade={(token) => {
            setMade(token)
            void navigate({ search: (old) => ({ ...old, token: token.id }) })
          }}
        />
      ) : (
        <>
          <JoinPage
            key={search.token}
            token={search.token}
            made={made?.id === search.token ? made : null}
            way={search.way ?? 'linux'}
            onWay={(way) => change({ way: way === 'linux' ? undefined : way })}
          />
          <div className={page.buttons}>
            <Button
              variant="default"
              onClick={() => {
                setMade(null)
                void navigate({ search: (old) => ({ ...old, token: undefined }) })
              }}
            >
              {t('join.another')}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}

function Steps({ at }: { at: number }) {
  const { t } = useTranslation()
  return (
    <ol className={css.steps} aria-label={t('join.title')}>
      {(['token', 'install'] as const).map((step, i) => (
        <li key={step} aria-current={i === at ? 'step' : undefined}>
          <i aria-hidden="true">{i + 1}</i>
          {t(`join.part.${step}`)}
        </li>
      ))}
    </ol>
  )
}
