// One rule: what it says, what of it holds elsewhere, what it would have said of the past, what it does in shadow.
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ScreenTitle } from '../app/screen-title.tsx'
import { valueAt } from '../ui/draft.ts'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { newRule } from './rule-fields.ts'
import { RulePage } from './rule-page.tsx'
import { ruleQuery } from './rule-queries.ts'

export function RuleScreen() {
  const { id } = useParams({ from: '/signed-in/rules/$id' })
  const query = useQuery(ruleQuery(id))
  if (query.data) return <RulePage key={id} row={query.data} initial={query.data.rule} />
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

/** A new one, or a copy of one under another id. */
export function NewRuleScreen() {
  const { t } = useTranslation()
  const { from } = useSearch({ from: '/signed-in/rules/add' })
  const query = useQuery({ ...ruleQuery(from ?? ''), enabled: from !== undefined, staleTime: Number.POSITIVE_INFINITY })
  if (from === undefined) return <RulePage key="new" row={undefined} initial={newRule()} />
  if (query.data) {
    const copy = { ...query.data.rule, id: `${String(valueAt(query.data.rule, 'id')).slice(0, 58)}-copy` }
    return <RulePage key={from} row={undefined} initial={copy} />
  }
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return (
    <>
      <ScreenTitle title={t('rules.new')} />
      <SkeletonRows count={12} />
    </>
  )
}
