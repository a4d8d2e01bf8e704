// All rules that hold: where each comes from, whether it pages, and what it says now.
import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { standingByRuleQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { FileProblems } from '../ui/file-problems.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { NoneMatch } from '../ui/notices.tsx'
import { useRuleColumns } from './rule-columns.tsx'
import { textIn } from './rule-fields.ts'
import { rulesQuery } from './rule-queries.ts'
import { RULE_MODES, RULE_ORIGINS, type RulesSearch } from './rule-search.ts'

export function RulesScreen() {
  const { t } = useTranslation()
  const may = useMayChange()
  const search = useSearch({ from: '/signed-in/rules' })
  const navigate = useNavigate({ from: '/rules' })
  const query = useQuery(rulesQuery)
  const standing = useStanding()
  const rows = useMemo(() => query.data?.items.filter((row) => isWanted(row, search)) ?? [], [query.data, search])
  const columns = useRuleColumns(standing)
  const setSearch = (change: RulesSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  return (
    <>
      <ScreenTitle title={t('nav.rules')} />
      <ListBar
        q={search.q}
        placeholder={t('rules.search')}
        onSearch={(q) => setSearch({ q })}
        filtersSet={[search.origin, search.mode].filter((one) => one !== undefined).length}
        filters={
          <>
            <NativeSelect
              aria-label={t('sites.origin')}
              value={search.origin ?? ''}
              onChange={(event) => setSearch({ origin: RULE_ORIGINS.find((one) => one === event.currentTarget.value) })}
              data={[
                { value: '', label: t('rules.allOrigins') },
                ...RULE_ORIGINS.map((value) => ({ value, label: t(`ruleOrigin.${value}`) })),
              ]}
            />
            <NativeSelect
              aria-label={t('rule.mode')}
              value={search.mode ?? ''}
              onChange={(event) => setSearch({ mode: RULE_MODES.find((one) => one === event.currentTarget.value) })}
              data={[
                { value: '', label: t('rules.allModes') },
                ...RULE_MODES.map((value) => ({ value, label: t(`ruleMode.${value}`) })),
              ]}
            />
          </>
        }
        actions={
          <>
            {query.data === undefined ? null : (
              <span className="quiet num">{t('rules.total', { count: rows.length })}</span>
            )}
            {may ? (
              <Button
                renderRoot={(props) => <Link to="/rules/add" search={{}} {...props} />}
                leftSection={<Icon name="plus" size={13} />}
              >
                {t('rules.new')}
              </Button>
            ) : null}
          </>
        }
      />
      <FileProblems of={query.data?.problems ?? []} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <NoneMatch
            icon="rules"
            title={t('rules.noneMatch')}
            onClear={() => void navigate({ to: '/rules', search: {}, replace: true })}
          />
        }
        onOpen={(row) => void navigate({ to: '/rules/$id', params: { id: row.id }, search: {} })}
      />
    </>
  )
}

function isWanted(row: RuleRow, { q = '', origin, mode }: RulesSearch): boolean {
  if (origin !== undefined && row.origin !== origin) return false
  if (mode !== undefined && row.mode !== mode) return false
  if (q === '') return true
  const { title, alarmType, condition } = row.rule
  const metric = (condition as { metric?: unknown } | undefined)?.metric
  const text = [row.id, textIn(title, 'en'), textIn(title, 'zh-CN'), alarmType, metric, row.file].join(' ')
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word))
}

/** Open alarms of the current list by rule. */
function useStanding(): ReadonlyMap<string, number> {
  const { data } = useQuery(standingByRuleQuery)
  return useMemo(() => new Map(data?.rule.map(({ value, count }) => [value, count])), [data])
}
