// What depends on what at a site, with the cause of the faults there marked.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import { Icon } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { useReason } from '../ui/reasons.ts'
import { Time } from '../ui/time.tsx'
import css from './cause.module.css'
import { dependenciesQuery } from './cause-queries.ts'
import { DependencyPicture } from './dependency-picture.tsx'
import { VerdictMark } from './verdict-mark.tsx'

export function SiteDependencies({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const reason = useReason()
  const query = useQuery(dependenciesQuery(site.id))
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={10} />
  const { nodes, edges, problems, agentPlace } = query.data
  const faulty = nodes
    .filter((node) => node.verdict !== 'well')
    .sort((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict) || (a.name < b.name ? -1 : 1))
  return (
    <>
      {problems.map((problem) => (
        <p key={problem.message} className={page.notice} data-tone="bad">
          <Icon name="note" />
          <span>
            <b>{t(`dependencyProblem.${problem.kind}`)}</b>{' '}
            {problem.path.length === 0 ? problem.message : problem.path.join(' → ')}
          </span>
        </p>
      ))}
      <Panel title={t('dependencies.title', { count: nodes.filter((node) => node.kind === 'device').length })}>
        <div className={page.body} style={{ paddingBottom: 0 }}>
          <p className={page.hint}>{t(`agentPlace.${agentPlace}`)}</p>
        </div>
        {nodes.length === 0 ? (
          <Empty icon="link" title={t('dependencies.none')}>
            {t('dependencies.noneNext')}
          </Empty>
        ) : (
          <DependencyPicture nodes={nodes} edges={edges} />
        )}
        {faulty.length === 0 ? null : (
          <ul className={css.list} data-faulty={faulty.length}>
            {faulty.map((node) => (
              <li key={node.id}>
                <div className={page.line}>
                  <VerdictMark verdict={node.verdict} />
                  <b>
                    {node.kind === 'device' ? (
                      <Link to="/devices/$id" params={{ id: node.id }} search={{}} style={{ color: 'inherit' }}>
                        {node.name}
                      </Link>
                    ) : (
                      node.name
                    )}
                  </b>
                  {node.causeAlarm === null ? null : (
                    <Link to="/alarms" search={{ view: 'all', alarm: node.causeAlarm }}>
                      {t('dependencies.causeAlarm')}
                    </Link>
                  )}
                  {node.until === null ? null : (
                    <span className="quiet">
                      {t('held.until')} <Time at={node.until} />
                    </span>
                  )}
                </div>
                {node.why === '' ? null : <div className="quiet">{reason(node.why)}</div>}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}

const RANK = ['cause', 'inferred', 'probation', 'waiting', 'symptom', 'unknown', 'well']
