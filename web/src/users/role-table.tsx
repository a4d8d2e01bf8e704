// What each role may do, from the table that decides it: nothing here can say otherwise than the collector does.
import { useQuery } from '@tanstack/react-query'
import { Fragment, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROLES } from '#shared/http/session.ts'
import { Icon } from '../ui/icons.tsx'
import { Tag } from '../ui/marks.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { type Area, type AreaRow, areasOf, type Level } from './role-areas.ts'
import { rolesQuery } from './user-queries.ts'
import css from './users.module.css'

export function RoleTableView() {
  const { t } = useTranslation()
  const query = useQuery(rolesQuery)
  const rows = useMemo(() => areasOf(query.data?.items ?? []), [query.data])
  const [open, setOpen] = useState<Area | null>(null)
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={12} />
  return (
    <div className={page.page}>
      <p className={page.hint}>{t('roles.hint')}</p>
      <div className={page.line}>
        {LEVELS.map((level) => {
          const word = wordOf(level)
          return (
            <span key={word} className={page.line} style={{ gap: 6 }}>
              <Mark level={level} /> <span className="quiet">{t(`roles.${word}`)}</span>
            </span>
          )
        })}
      </div>
      <Panel>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className={css.scroll} tabIndex={0} aria-label={t('userView.roles')}>
          <table className={css.table} data-roles>
            <thead>
              <tr>
                <th scope="col">{t('roles.area')}</th>
                {ROLES.map((role) => (
                  <th key={role} scope="col">
                    {t(`role.${role}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Fragment key={row.area}>
                  <tr>
                    <th scope="row">
                      <button
                        type="button"
                        className={css.opener}
                        aria-expanded={open === row.area}
                        onClick={() => setOpen(open === row.area ? null : row.area)}
                      >
                        <Icon name={open === row.area ? 'open' : 'right'} size={11} />
                        {t(`area.${row.area}`)}
                      </button>
                    </th>
                    {ROLES.map((role) => {
                      const word = wordOf(row.levels[role])
                      return (
                        <td key={role} title={t(`roles.${word}`)}>
                          <Mark level={row.levels[role]} />
                          <span className="sr-only">{t(`roles.${word}`)}</span>
                        </td>
                      )
                    })}
                  </tr>
                  {open === row.area ? <Routes row={row} /> : null}
                </Fragment>
              ))}
            </tbody>
          </table>
        </section>
      </Panel>
    </div>
  )
}

const LEVELS: readonly Level[] = [
  { may: 'act', some: false },
  { may: 'act', some: true },
  { may: 'see', some: false },
  { may: 'see', some: true },
  { may: 'none', some: false },
]

const wordOf = ({ may, some }: Level) => (some ? (`${may}Some` as const) : may)

function Mark({ level }: { level: Level }) {
  return (
    <span className={css.mark} data-what={level.may} data-some={level.some} aria-hidden="true">
      {level.may === 'none' ? '–' : <Icon name={level.may === 'act' ? 'edit' : 'eye'} size={13} />}
    </span>
  )
}

/** The routes themselves, for those who write scripts. */
function Routes({ row }: { row: AreaRow }) {
  const { t } = useTranslation()
  return (
    <>
      {row.routes.map((route) => (
        <tr key={`${route.method} ${route.path}`} className={css.route}>
          <th scope="row">
            <span className="mono">
              {route.method} {route.path.replace('/api/v1', '')}
            </span>
            <div className="quiet">{route.summary}</div>
            {route.limited === 'refused' ? <Tag title={t('roles.refusedHint')}>{t('roles.refused')}</Tag> : null}
          </th>
          {ROLES.map((role) => {
            const may = route.roles.includes(role)
            return (
              <td key={role}>
                {may ? <Icon name="check" size={13} /> : <span className="quiet">–</span>}
                <span className="sr-only">{t(may ? 'roles.yes' : 'roles.none')}</span>
              </td>
            )
          })}
        </tr>
      ))}
    </>
  )
}
