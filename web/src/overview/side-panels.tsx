// Who works on what, who is heard, and what is held back: short figures, each a way to what it counts.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentState } from '#shared/domain/incident.ts'
import type { Overview } from '#shared/http/overview.ts'
import { useMaySee } from '../api/role.ts'
import { GATES } from '../maintenance/maintenance-search.ts'
import { grouped } from '../ui/format.ts'
import { DeviceStateMark, IncidentStateMark, PresenceMark, Tag } from '../ui/marks.tsx'
import { Panel } from '../ui/panel.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import css from './overview.module.css'

/** In the order in which an incident goes through them. */
const OPEN_STATES = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting'] as const

export function IncidentFigures({ incidents }: { incidents: Overview['incidents'] }) {
  const { t } = useTranslation()
  const states = [...new Set([...OPEN_STATES, ...Object.keys(incidents.states)])]
  return (
    <Panel
      title={t('overview.incidents')}
      aside={
        <Link to="/incidents" search={{}}>
          {t('overview.openIncidents', { count: incidents.open })}
        </Link>
      }
    >
      {incidents.open === 0 ? (
        <p className={css.allWell}>{t('overview.noIncidents')}</p>
      ) : (
        <ul className={css.figures}>
          {incidents.unassigned > 0 ? (
            <li data-strong="true">
              <Link to="/incidents" search={{ view: 'unassigned' }}>
                <Tag tone="warn">{t('overview.unassigned')}</Tag>
                <b className="num">{grouped(incidents.unassigned)}</b>
              </Link>
            </li>
          ) : null}
          {states
            .filter((state) => incidents.states[state])
            .map((state) => (
              <li key={state}>
                <Link to="/incidents" search={{ state: state as IncidentState }}>
                  <IncidentStateMark state={state} />
                  <b className="num">{grouped(incidents.states[state] ?? 0)}</b>
                </Link>
              </li>
            ))}
        </ul>
      )}
    </Panel>
  )
}

export function AgentFigures({ agents, devices }: Pick<Overview, 'agents' | 'devices'>) {
  const { t } = useTranslation()
  const maySee = useMaySee()
  const all = agents.online + agents.unknown + agents.never
  return (
    <Panel
      title={t('overview.agents')}
      aside={
        maySee ? (
          <Link to="/agents" search={{}} className="num">
            {t('overview.agentsOnline', { online: agents.online, all })}
          </Link>
        ) : (
          <span className="num">{t('overview.agentsOnline', { online: agents.online, all })}</span>
        )
      }
    >
      <ul className={css.figures}>
        {agents.unknown > 0 ? (
          <Figure count={agents.unknown} strong>
            <PresenceMark presence="unknown" />
          </Figure>
        ) : null}
        {agents.never > 0 ? (
          <Figure count={agents.never}>
            <PresenceMark presence="never" />
          </Figure>
        ) : null}
        {agents.backlog > 0 ? <Figure count={agents.backlog}>{t('overview.backlog')}</Figure> : null}
        {(['down', 'unknown', 'up'] as const)
          .filter((state) => devices[state] > 0)
          .map((state) => (
            <li key={state}>
              <Link to="/devices" search={{ state }}>
                <span className={css.pair}>
                  {t('overview.devices')}
                  <DeviceStateMark state={state} />
                </span>
                <b className="num">{grouped(devices[state])}</b>
              </Link>
            </li>
          ))}
      </ul>
      {agents.concerns.length === 0 ? null : (
        <ul className={css.concerns}>
          {agents.concerns.slice(0, 5).map((agent) => (
            <li key={agent.id}>
              <Link to="/agents/$id" params={{ id: agent.id }}>
                {agent.siteName}
              </Link>
              <span className="quiet">
                {agent.presence === 'unknown' && agent.unknownSince !== null ? (
                  <>
                    {t('overview.silentFor')} <Elapsed from={agent.unknownSince} />
                  </>
                ) : agent.presence === 'never' ? (
                  t('presence.never')
                ) : (
                  t('overview.behind', { count: agent.backlog, records: grouped(agent.backlog) })
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export function HeldFigures({ heldBy }: { heldBy: Overview['heldBy'] }) {
  const { t } = useTranslation()
  const maySee = useMaySee()
  const shown = GATES.filter((gate) => heldBy[gate] > 0)
  return (
    <Panel title={t('overview.heldBack')}>
      {shown.length === 0 ? (
        <p className={css.allWell}>{t('overview.nothingHeld')}</p>
      ) : (
        <ul className={css.figures}>
          {shown.map((gate) => {
            const name = <span title={t(`gateHint.${gate}`)}>{t(`gate.${gate}`)}</span>
            const count = <b className="num">{grouped(heldBy[gate])}</b>
            return (
              <li key={gate}>
                {maySee ? (
                  <Link to="/maintenance" search={{ view: 'suppressed', by: gate }}>
                    {name}
                    {count}
                  </Link>
                ) : (
                  <span>
                    {name}
                    {count}
                  </span>
                )}
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}

export function MaintenanceFigures({ windows }: { windows: NonNullable<Overview['maintenance']> }) {
  const { t } = useTranslation()
  return (
    <Panel
      title={t('overview.maintenance')}
      aside={
        <Link to="/maintenance" search={{}}>
          {t('overview.windows')}
        </Link>
      }
    >
      {windows.length === 0 ? (
        <p className={css.allWell}>{t('overview.noWindow')}</p>
      ) : (
        <ul className={css.concerns}>
          {windows.slice(0, 6).map((window) => (
            <li key={window.id}>
              <Link to="/maintenance" search={{ window: window.id }} className={css.windowName}>
                {window.title}
              </Link>
              <span className="quiet">
                {t('overview.until')} <Time at={window.end} />
                {window.held > 0 ? ` · ${t('overview.held', { count: window.held })}` : ''}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Figure({ count, children, strong = false }: { count: number; children: ReactNode; strong?: boolean }) {
  return (
    <li data-strong={strong}>
      <span>
        {children}
        <b className="num">{grouped(count)}</b>
      </span>
    </li>
  )
}
