import { useBlocker, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { useMayChange, useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { Draft } from '../ui/draft.ts'
import { LeaveAsk } from '../ui/leave-ask.tsx'
import { Tag } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { PartOfPage, PartTabs } from '../ui/part-tabs.tsx'
import { RuleModeMark } from './rule-columns.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { textIn } from './rule-fields.ts'
import { RuleHeadButtons } from './rule-head-buttons.tsx'
import { RULE_PARTS, type RulePart } from './rule-search.ts'
import { useRuleDraft } from './use-rule-draft.ts'

const Overrides = lazy(async () => ({ default: (await import('./rule-overrides.tsx')).RuleOverrides }))
const BackTestPanel = lazy(async () => ({ default: (await import('./back-test-panel.tsx')).BackTestPanel }))
const Shadow = lazy(async () => ({ default: (await import('./shadow-record.tsx')).ShadowRecordPanel }))
const Evaluations = lazy(async () => ({ default: (await import('./evaluations.tsx')).Evaluations }))

export interface RulePageProps {
  /** Undefined: it does not exist yet. */
  readonly row: RuleRow | undefined
  readonly initial: Draft
}

/** What is written lives here, so that it can be tried on the past before it is kept. */
export function RulePage({ row, initial }: RulePageProps) {
  const { t, i18n } = useTranslation()
  const may = useMayChange()
  const mayTry = useMayLookInto()
  const { part = 'rule' } = useSearch({ strict: false }) as { part?: RulePart }
  const navigate = useNavigate()
  const editing = useRuleDraft(row, initial)
  /** A rule of a file is changed here only when somebody says so. */
  const [isReplacing, setReplacing] = useState(false)
  /** Id of the new rule, once it is kept. */
  const [made, setMade] = useState<string>()
  // not before what keeps people here knows that all is kept
  useEffect(() => {
    if (made !== undefined) void navigate({ to: '/rules/$id', params: { id: made }, search: {} })
  }, [made, navigate])
  const isFixed = !may || (row?.readOnly === true && !isReplacing)
  const name = textIn(editing.draft.title, i18n.language) || row?.id || t('rules.new')
  const parts = RULE_PARTS.filter((one) =>
    row === undefined
      ? one === 'rule' || one === 'back-test'
      : one !== 'shadow' || row.mode === 'shadow' || part === one,
  )
  const show = (next: string) =>
    void navigate({
      to: '.',
      search: (old) => ({ ...old, part: next === 'rule' ? undefined : (next as RulePart) }),
      replace: true,
    })
  return (
    <div className={page.page}>
      <ScreenTitle title={name} within={t('nav.rules')} to="/rules" />
      <header className={page.head}>
        <div className={page.headText}>
          <h2>{name}</h2>
          <div className={`quiet ${page.line}`}>
            {row === undefined ? null : (
              <>
                <RuleModeMark mode={row.mode} />
                <span className="mono">{row.id}</span>
                <Tag title={t(`ruleOriginHint.${row.origin}`)}>{t(`ruleOrigin.${row.origin}`)}</Tag>
                {row.file === null ? null : <span className="mono">{row.file}</span>}
              </>
            )}
            {editing.isChanged ? <Tag tone="warn">{t('rule.unsaved')}</Tag> : null}
          </div>
        </div>
        {row === undefined ? null : (
          <RuleHeadButtons
            row={row}
            may={may}
            isReplacing={isReplacing}
            onReplace={() => {
              setReplacing(true)
              show('rule')
            }}
          />
        )}
      </header>
      {row?.readOnly && !isReplacing && may ? (
        <p className={page.notice}>
          <span>
            {t(row.origin === 'built-in' ? 'rule.readOnlyStock' : 'rule.readOnlyFile', { file: row.file ?? '–' })}
          </span>
        </p>
      ) : null}
      {isReplacing ? (
        <p className={page.notice} data-tone="warn">
          <span>{t('rule.replacing')}</span>
        </p>
      ) : null}
      <PartTabs
        label={t('rule.parts')}
        value={part}
        of={parts.map((value) => ({
          value,
          label: t(`rulePart.${value}`),
          count: value === 'overrides' ? row?.overrides.length || undefined : undefined,
        }))}
        onChange={show}
      />
      <PartOfPage label={t(`rulePart.${part}`)} className={page.stack}>
        <Suspense fallback={<SkeletonRows />}>
          {part === 'overrides' && row ? (
            <Overrides row={row} may={may} />
          ) : part === 'back-test' ? (
            <BackTestPanel row={row} draft={editing.draft} isChanged={editing.isChanged} may={mayTry} />
          ) : part === 'shadow' && row ? (
            <Shadow id={row.id} />
          ) : part === 'evaluations' && row ? (
            <Evaluations id={row.id} />
          ) : (
            <RuleEditor
              row={row}
              editing={editing}
              isFixed={isFixed}
              isReplacing={isReplacing}
              onTry={() => show('back-test')}
              onSaved={(id) => {
                setReplacing(false)
                if (row === undefined) setMade(id)
              }}
            />
          )}
        </Suspense>
      </PartOfPage>
      <StayHere isWritten={editing.isChanged && made === undefined} />
    </div>
  )
}

/** Asks before what is written is left behind; moving between the parts of one rule is not leaving. */
function StayHere({ isWritten }: { isWritten: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isWritten && current.pathname !== next.pathname,
    enableBeforeUnload: isWritten,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return <LeaveAsk onStay={blocker.reset} onLeave={blocker.proceed} />
}
