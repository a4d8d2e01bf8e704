import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Severity } from '#shared/domain/severity.ts'
import type { RuleRow } from '#shared/http/rules.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { SeverityMark, State, Tag, type Tone } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { useWords } from '../ui/words.ts'
import { textIn } from './rule-fields.ts'

const TONES: Readonly<Record<RuleRow['mode'], Tone>> = { live: 'good', shadow: 'busy', off: 'plain' }

export function RuleModeMark({ mode }: { mode: RuleRow['mode'] }) {
  const { t } = useTranslation()
  return (
    <State
      tone={TONES[mode]}
      shape={mode === 'live' ? 'dot' : 'ring'}
      word={t(`ruleMode.${mode}`)}
      title={t(`ruleModeHint.${mode}`)}
    />
  )
}

/** `by-profile` and `by-log` are words, too: something else decides. */
export function RuleSeverity({ severity }: { severity: unknown }) {
  const { t } = useTranslation()
  if (severity === 'by-profile' || severity === 'by-log')
    return <span className="quiet">{t(`ruleSeverity.${severity}`)}</span>
  return <SeverityMark severity={severity as Severity} />
}

/** `standing`: open alarms by rule. */
export function useRuleColumns(standing: ReadonlyMap<string, number>): readonly DataColumn<RuleRow>[] {
  const { t, i18n } = useTranslation()
  const words = useWords()
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('alarm.rule'),
        value: (row) => textIn(row.rule.title, i18n.language) || row.id,
        cell: (row) => (
          <>
            <Link
              to="/rules/$id"
              params={{ id: row.id }}
              search={{}}
              style={{ fontWeight: 600, color: 'inherit' }}
              onClick={(event) => event.stopPropagation()}
            >
              {textIn(row.rule.title, i18n.language) || row.id}
            </Link>
            <div className="quiet mono">{row.id}</div>
          </>
        ),
      },
      {
        id: 'mode',
        label: t('rule.mode'),
        width: 96,
        value: (row) => row.mode,
        cell: (row) => <RuleModeMark mode={row.mode} />,
      },
      {
        id: 'severity',
        label: t('column.severity'),
        width: 120,
        wideOnly: true,
        cell: (row) => <RuleSeverity severity={row.rule.severity} />,
      },
      {
        id: 'alarm',
        label: t('column.type'),
        wideOnly: true,
        cell: (row) => (
          <>
            {row.rule.alarmType === 'by-profile' ? (
              <span className="quiet">{t('ruleSeverity.by-profile')}</span>
            ) : (
              words.alarmType(String(row.rule.alarmType))
            )}
            <div className="quiet">{t(`condition.${kindOf(row)}`, { defaultValue: kindOf(row) })}</div>
          </>
        ),
      },
      {
        id: 'standing',
        label: t('rules.standing'),
        right: true,
        width: 90,
        value: (row) => standing.get(row.id) ?? 0,
        cell: (row) => <span className="num">{grouped(standing.get(row.id) ?? 0)}</span>,
      },
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        value: (row) => row.origin,
        cell: (row) => (
          <div className={page.line}>
            <Tag title={t(`ruleOriginHint.${row.origin}`)}>{t(`ruleOrigin.${row.origin}`)}</Tag>
            {row.replaces === null ? null : <Tag>{t('rules.replaces')}</Tag>}
            {row.overrides.length === 0 ? null : <Tag>{t('rules.overrides', { count: row.overrides.length })}</Tag>}
            {row.failing === 0 ? null : <Tag tone="bad">{t('rules.failing', { count: row.failing })}</Tag>}
            {row.file === null ? null : <span className="quiet mono">{row.file}</span>}
          </div>
        ),
      },
    ],
    [t, i18n.language, words, standing],
  )
}

export function kindOf(row: Pick<RuleRow, 'rule'>): string {
  return String((row.rule.condition as { type?: unknown } | undefined)?.type ?? '')
}
