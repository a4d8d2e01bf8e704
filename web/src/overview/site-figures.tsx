// What stands at one site, in little room: shared by the overview, the list of sites and a customer's page.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Severity } from '#shared/domain/severity.ts'
import type { SiteFigures } from '#shared/http/overview.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark, State } from '../ui/marks.tsx'
import css from './overview.module.css'

/** A silent agent is shown as such unless something worse stands. */
export function siteTone({ worst, agents, devices }: SiteFigures): string {
  if (agents.unknown > 0 && worst !== 'critical') return 'silent'
  if (worst !== null) return worst
  return devices.up + devices.down + devices.unknown === 0 ? 'empty' : 'well'
}

const LETTERS: Readonly<Record<string, string>> = {
  critical: 'C',
  major: 'M',
  minor: 'm',
  warning: 'w',
  indeterminate: '?',
  silent: '!',
}

export function SiteLetter({ site }: { site: SiteFigures }) {
  const tone = siteTone(site)
  if (tone === 'well') return <Icon name="check" size={11} />
  return LETTERS[tone] ?? null
}

/** A site in one sentence, for hovering and for those who do not see colours. */
export function useSiteSaid(): (site: SiteFigures) => string {
  const { t } = useTranslation()
  return (site) => {
    const counts = SEVERITY_ORDER.filter((severity) => site.alarms.counts[severity] > 0).map((severity) =>
      t('overview.ofSeverity', { count: site.alarms.counts[severity], severity: t(`severity.${severity}`) }),
    )
    const silent = site.agents.unknown > 0 ? [t('overview.silent', { count: site.agents.unknown })] : []
    const all = [...silent, ...counts]
    const state = all.length > 0 ? all.join(', ') : t('overview.well')
    return `${site.name} (${site.customerName}): ${state}`
  }
}

interface CountsProps {
  readonly counts: SiteFigures['alarms']['counts'] | undefined
  /** Agents that are not heard. */
  readonly silent?: number | undefined
  readonly held?: number
  /** Where the alarms are: of a site, of a customer. */
  readonly search: { readonly site?: string; readonly customer?: string }
}

/** Alarms by severity, those that are not zero; each leads to them. */
export function CountsBySeverity({ counts, silent = 0, held = 0, search }: CountsProps) {
  const { t } = useTranslation()
  const said = (severity: Severity) =>
    t('overview.ofSeverity', { count: counts?.[severity] ?? 0, severity: t(`severity.${severity}`) })
  return (
    <span className={css.counts}>
      {silent > 0 ? <State tone="bad" shape="ring" word={t('overview.silent', { count: silent })} /> : null}
      {SEVERITY_ORDER.filter((severity) => (counts?.[severity] ?? 0) > 0).map((severity) => (
        <Link
          key={severity}
          to="/alarms"
          search={{ ...search, severity: [severity] }}
          className={css.count}
          onClick={(event) => event.stopPropagation()}
          title={said(severity)}
        >
          <SeverityMark severity={severity} short />
          <b className="num">{grouped(counts?.[severity] ?? 0)}</b>
        </Link>
      ))}
      {held > 0 ? <Held count={held} /> : null}
    </span>
  )
}

function Held({ count }: { count: number }) {
  const { t } = useTranslation()
  return <span className="quiet">{t('overview.held', { count })}</span>
}

/** Agents of a site that are heard, of how many. */
export function AgentCount({ agents }: { agents: SiteFigures['agents'] }) {
  const { t } = useTranslation()
  const all = agents.online + agents.unknown + agents.never
  if (all === 0) return <span className="quiet">{t('overview.noAgent')}</span>
  const said = t('overview.silent', { count: agents.unknown })
  if (agents.unknown > 0) return <State tone="bad" shape="ring" word={all === 1 ? t('presence.unknown') : said} />
  if (agents.online === 0) return <State tone="plain" shape="ring" word={t('presence.never')} />
  return (
    <State
      tone="good"
      word={all === 1 ? t('presence.online') : `${agents.online} / ${all}`}
      title={t('presence.online')}
    />
  )
}
