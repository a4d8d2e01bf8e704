// Every decision about an alarm, newest first: what was decided, by which gate, until when, and on what it was based.
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AlarmDetail } from '#shared/http/alarms.ts'
import type { TraceRow } from '#shared/http/trace.ts'
import { Tag } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { useReason } from '../ui/reasons.ts'
import { Time } from '../ui/time.tsx'
import css from './alarm-panel.module.css'
import { traceQuery } from './trace-queries.ts'

/** `known`: the last lines, as they came with the alarm, where no more can be read. */
export function AlarmTrace({ alarm, known }: { alarm: string; known: AlarmDetail['trace'] }) {
  const { t } = useTranslation()
  const reason = useReason()
  const query = useInfiniteQuery(traceQuery(alarm))
  if (query.isPending) return <SkeletonRows count={4} />
  if (query.isError) return <Trace lines={known} />
  const rows = query.data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return <p className="quiet">{t('alarm.noTrace')}</p>
  return (
    <>
      <ol className={css.trace} data-trace>
        {rows.map((row) => (
          <li key={row.id} data-decision={row.decision}>
            <Time at={row.at} />
            <div>
              <b>{t(`decided.${row.decision}`, { defaultValue: row.decision })}</b>{' '}
              {row.gate === null ? null : <Tag>{t(`traceGate.${row.gate}`, { defaultValue: row.gate })}</Tag>}
              <div>{reason(row.why)}</div>
              {row.until === null ? null : (
                <div className="quiet">
                  {t('held.until')} <Time at={row.until} />
                </div>
              )}
              <Inputs of={row} />
            </div>
          </li>
        ))}
      </ol>
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
    </>
  )
}

function Inputs({ of: { rule, ruleVersion, inputs } }: { of: TraceRow }) {
  const { t } = useTranslation()
  const facts = Object.entries(inputs).filter(([, value]) => value !== null && value !== '')
  const name = ruleVersion === null ? rule : `${rule} @${ruleVersion}`
  if (facts.length === 0)
    return rule === '' ? null : (
      <span className="quiet mono">
        <RuleLink rule={rule} name={name} />
      </span>
    )
  return (
    <details className="quiet">
      <summary>{rule === '' ? t('trace.inputs') : <span className="mono">{name}</span>}</summary>
      <dl className={css.inputs}>
        {facts.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd className="mono">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
      {rule === '' ? null : <RuleLink rule={rule} name={t('trace.toRule')} />}
    </details>
  )
}

/** Only rules that people can open; others are the collector's own. */
function RuleLink({ rule, name }: { rule: string; name: string }) {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(rule)) return name
  return (
    <Link to="/rules/$id" params={{ id: rule }} search={{}}>
      {name}
    </Link>
  )
}

export function Trace({ lines }: { lines: AlarmDetail['trace'] }) {
  const { t } = useTranslation()
  const reason = useReason()
  if (lines.length === 0) return <p className="quiet">{t('alarm.noTrace')}</p>
  return (
    <ol className={css.history}>
      {lines.map((line) => (
        <li key={`${line.at}${line.decision}${line.why}`}>
          <Time at={line.at} />
          <span>
            <b>{t(`decision.${line.decision}`, { defaultValue: line.decision })}</b> {reason(line.why)}
          </span>
        </li>
      ))}
    </ol>
  )
}
