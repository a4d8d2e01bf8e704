// Sites, the worst first: a square for each when there are many, and rows for those where somebody has to look.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Overview, SiteFigures } from '#shared/http/overview.ts'
import { grouped } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import css from './overview.module.css'
import { AgentCount, CountsBySeverity, SiteLetter, siteTone, useSiteSaid } from './site-figures.tsx'

/** Fewer sites are all told in rows. */
const ROWS_ALONE = 8
const ROWS = 10

export interface SitePanelProps {
  readonly overview: Pick<Overview, 'sites' | 'siteCount' | 'sitesInTrouble'>
  /** The customer is known from around. */
  readonly ofCustomer?: boolean
}

export function SitePanel({ overview, ofCustomer = false }: SitePanelProps) {
  const { t } = useTranslation()
  const { sites, siteCount, sitesInTrouble } = overview
  const few = siteCount <= ROWS_ALONE
  const shown = few ? sites : sites.slice(0, Math.min(ROWS, sitesInTrouble))
  return (
    <Panel
      title={t('overview.sites')}
      aside={
        ofCustomer ? (
          <span className="quiet">{t('overview.trouble', { count: sitesInTrouble, all: grouped(siteCount) })}</span>
        ) : (
          <Link to="/sites" search={{}}>
            {t('overview.trouble', { count: sitesInTrouble, all: grouped(siteCount) })}
          </Link>
        )
      }
    >
      {few ? null : <Squares sites={sites} more={siteCount - sites.length} />}
      {shown.length === 0 ? (
        few ? null : (
          <p className={css.allWell}>{t('overview.sitesWell')}</p>
        )
      ) : (
        <ul className={css.sites}>
          {shown.map((site, i) => (
            <li key={site.site} className={i > 0 || !few ? css.parted : undefined}>
              <SiteRow site={site} ofCustomer={ofCustomer} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Squares({ sites, more }: { sites: readonly SiteFigures[]; more: number }) {
  const { t } = useTranslation()
  const said = useSiteSaid()
  return (
    <ul className={css.squares} aria-label={t('overview.squares')}>
      {sites.map((site) => (
        <li key={site.site}>
          <Link
            to="/sites/$id"
            params={{ id: site.site }}
            search={{}}
            className={css.square}
            data-tone={siteTone(site)}
            title={said(site)}
          >
            <span aria-hidden="true">
              <SiteLetter site={site} />
            </span>
            <span className="sr-only">{said(site)}</span>
          </Link>
        </li>
      ))}
      {more > 0 ? (
        <li className="quiet">
          <Link to="/sites" search={{}}>
            {t('overview.moreSites', { count: more })}
          </Link>
        </li>
      ) : null}
    </ul>
  )
}

function SiteRow({ site, ofCustomer }: { site: SiteFigures; ofCustomer: boolean }) {
  const { t } = useTranslation()
  const said = useSiteSaid()
  return (
    <div className={css.site}>
      <Link to="/sites/$id" params={{ id: site.site }} search={{}} className={css.siteName} title={said(site)}>
        <span className={css.square} data-tone={siteTone(site)} aria-hidden="true">
          <SiteLetter site={site} />
        </span>
        <span className="one-line">
          <b>{site.name}</b>
          {ofCustomer ? null : <small>{site.customerName}</small>}
        </span>
      </Link>
      <CountsBySeverity counts={site.alarms.counts} held={site.alarms.held} search={{ site: site.site }} />
      <span className={css.siteFacts}>
        {site.devices.down + site.devices.unknown === 0 ? null : (
          <span>
            {[
              site.devices.down > 0 ? t('overview.down', { count: site.devices.down }) : '',
              site.devices.unknown > 0 ? t('overview.unknown', { count: site.devices.unknown }) : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
        {site.maintenance > 0 ? <span>{t('overview.inMaintenance', { count: site.maintenance })}</span> : null}
      </span>
      <AgentCount agents={site.agents} />
    </div>
  )
}
