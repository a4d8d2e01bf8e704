// From a token to an agent that is heard. The token itself lives here alone, in memory, and is gone with it.
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import page from '../ui/page.module.css'
import type { AddAgentSearch } from './add-agent-search.ts'
import { JoinPage } from './join-page.tsx'
import { TokenForm } from './token-form.tsx'

export interface AgentArrivalProps {
  readonly search: AddAgentSearch
  /** For the address: what is chosen, and in `token` which token's agent is waited for. */
  onChange(change: Partial<AddAgentSearch>): void
}

export function AgentArrival({ search, onChange }: AgentArrivalProps) {
  const { t } = useTranslation()
  const [made, setMade] = useState<MadeEnrolmentToken | null>(null)
  if (search.token === undefined)
    return (
      <TokenForm
        search={search}
        onChange={onChange}
        onMade={(token) => {
          setMade(token)
          onChange({ token: token.id })
        }}
      />
    )
  return (
    <>
      <JoinPage
        key={search.token}
        token={search.token}
        made={made?.id === search.token ? made : null}
        way={search.way ?? 'linux'}
        onWay={(way) => onChange({ way: way === 'linux' ? undefined : way })}
      />
      <div className={page.buttons}>
        <Button
          variant="default"
          onClick={() => {
            setMade(null)
            onChange({ token: undefined })
          }}
        >
          {t('join.another')}
        </Button>
      </div>
    </>
  )
}
