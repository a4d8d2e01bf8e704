// One agent: who it is, whether it is heard, what it was told to watch.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AgentIdentity as Identity } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'
import { agentIdentityQuery, agentQuery } from '../api/queries.ts'
import { useMayChange, useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Icon } from '../ui/icons.tsx'
import { PresenceMark } from '../ui/marks.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { Time } from '../ui/time.tsx'
import { AgentConfig } from './agent-config.tsx'
import { AgentConnection } from './agent-connection.tsx'
import { AgentDevices } from './agent-devices.tsx'
import { AgentIdentity, IdentityMark } from './agent-identity.tsx'
import { refusalOf } from './refusal.ts'

const IdentityDialog = lazy(async () => ({ default: (await import('./identity-dialog.tsx')).IdentityDialog }))

export function AgentScreen() {
  const { id } = useParams({ from: '/signed-in/agents/$id' })
  const query = useQuery(agentQuery(id))
  if (query.data)
    return (
      <SiteOfScreen value={query.data.site}>
        <AgentPage agent={query.data} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

function AgentPage({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation()
  const identity = useQuery(agentIdentityQuery(agent.id))
  const mayLook = useMayLookInto()
  return (
    <div className={page.page}>
      <ScreenTitle title={agent.id} within={t('nav.agents')} to="/agents" />
      <Head agent={agent} identity={identity.data ?? null} />
      <StateNotice agent={agent} identity={identity.data ?? null} />
      <div className={page.columns}>
        <div className={page.stack}>
          <AgentIdentity query={identity} />
          {mayLook ? <AgentConfig agent={agent} /> : null}
          <AgentDevices agent={agent} />
        </div>
        <div className={page.stack}>
          <AgentConnection agent={agent} />
        </div>
      </div>
    </div>
  )
}

function Head({ agent, identity }: { agent: AgentRow; identity: Identity | null }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const [asking, setAsking] = useState<'revoke' | 'release' | null>(null)
  return (
    <header className={page.head}>
      <div className={page.headText}>
        <h2>{agent.id}</h2>
        <div className={`quiet ${page.line}`}>
          <PresenceMark presence={agent.presence} />
          {identity === null ? null : <IdentityMark state={identity.state} />}
          <Link to="/sites/$id" params={{ id: agent.site }} search={{}}>
            {agent.siteName}
          </Link>
          {agent.host === null ? null : <span>{agent.host}</span>}
          {agent.lastSeen === null ? null : (
            <span>
              {t('column.lastSeen')} <Time at={agent.lastSeen} />
            </span>
          )}
        </div>
      </div>
      {may && identity !== null ? (
        <div className={page.buttons}>
          {identity.state === 'quarantined' ? (
            <Button onClick={() => setAsking('release')}>{t('identity.release')}</Button>
          ) : null}
          {identity.state === 'revoked' ? null : (
            <Button variant="default" onClick={() => setAsking('revoke')}>
              {t('identity.revoke')}
            </Button>
          )}
        </div>
      ) : null}
      {asking === null ? null : (
        <Suspense>
          <IdentityDialog agent={agent.id} action={asking} onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </header>
  )
}

/** What keeps its records out, before anybody reads a figure. */
function StateNotice({ agent, identity }: { agent: AgentRow; identity: Identity | null }) {
  const { t } = useTranslation()
  const refusal =
    identity === null || identity.state === 'active'
      ? refusalOf(agent.refused)
      : { kind: identity.state, reason: identity.reason }
  if (refusal?.kind === 'quarantined') return <Notice text={t('identity.quarantinedHint')} reason={refusal.reason} />
  if (refusal?.kind === 'revoked') return <Notice text={t('identity.revokedHint')} reason={refusal.reason} />
  if (refusal?.kind === 'copy') return <Notice text={t('agents.refusedHint')} reason={refusal.reason} />
  return null
}

function Notice({ text, reason }: { text: string; reason: string | null }) {
  const { t } = useTranslation()
  return (
    <p className={page.notice} data-tone="bad" role="status">
      <Icon name="lock" />
      <span>
        {text}
        {reason === null ? null : (
          <span className="quiet" style={{ display: 'block' }}>
            {t('column.reason')}: {reason}
          </span>
        )}
      </span>
    </p>
  )
}
