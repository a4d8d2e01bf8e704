// The certificate an agent shows: whose it is, until when, and whether it still counts.
import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AgentIdentity as Identity } from '#shared/http/enrolment.ts'
import { Fingerprint } from '../ui/fingerprint.tsx'
import { duration } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Time, useNow } from '../ui/time.tsx'
import css from './agent-identity.module.css'

const TONE: Readonly<Record<Identity['state'], Tone>> = { active: 'good', revoked: 'bad', quarantined: 'warn' }

export function IdentityMark({ state }: { state: Identity['state'] }) {
  const { t } = useTranslation()
  return <State tone={TONE[state]} shape={state === 'active' ? 'dot' : 'ring'} word={t(`identity.state.${state}`)} />
}

export function AgentIdentity({ query }: { query: UseQueryResult<Identity | null> }) {
  const { t } = useTranslation()
  const identity = query.data
  return (
    <Panel title={t('identity.title')} aside={identity ? <IdentityMark state={identity.state} /> : null}>
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : identity === undefined ? (
        <SkeletonRows count={4} />
      ) : identity === null ? (
        <Empty icon="key" title={t('identity.none')} small>
          <p>{t('identity.noneNext')}</p>
        </Empty>
      ) : (
        <>
          <Facts
            of={[
              [t('join.fingerprint'), <Fingerprint key="f" value={identity.fingerprint} small />],
              [
                t('identity.serial'),
                <span key="s" className={`mono ${css.serial}`}>
                  {identity.serial}
                </span>,
              ],
              [t('identity.enrolled'), <Time key="e" at={identity.enrolledAt} />],
              [t('column.host'), identity.host],
              [
                t('identity.cameFrom'),
                <span key="r" className="num">
                  {identity.remoteAddress}
                </span>,
              ],
            ]}
          />
          <Validity identity={identity} />
        </>
      )}
    </Panel>
  )
}

/** The certificate's life as a bar; it is renewed by itself long before its end. */
function Validity({ identity }: { identity: Identity }) {
  const { t } = useTranslation()
  const now = useNow()
  const whole = Math.max(1, identity.notAfter - identity.notBefore)
  const left = identity.notAfter - now
  const part = Math.min(1, Math.max(0, (now - identity.notBefore) / whole))
  const tone = left <= 0 ? 'bad' : part > 0.85 ? 'warn' : 'good'
  const text = left <= 0 ? t('identity.ended', { time: duration(-left) }) : t('identity.left', { time: duration(left) })
  return (
    <div className={css.validity}>
      <div className={css.ends}>
        <span>
          <span className="quiet">{t('identity.from')}</span> <Time at={identity.notBefore} />
        </span>
        <b className={css[tone]}>{text}</b>
        <span>
          <span className="quiet">{t('identity.until')}</span> <Time at={identity.notAfter} />
        </span>
      </div>
      <div className={css.track} role="img" aria-label={`${t('identity.validity')}: ${text}`}>
        <span className={css.fill} data-tone={tone} style={{ width: `${part * 100}%` }} />
      </div>
      {tone === 'warn' && identity.state === 'active' ? <p className="quiet">{t('identity.renewLate')}</p> : null}
    </div>
  )
}
