// Writing a rule, as a form or as YAML, with what it would be about beside it.
import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { ApiFailure, get, send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { Conflict } from '../ui/conflict.tsx'
import { type Draft, isSame } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { useSay } from '../ui/say.ts'
import type { RuleForm } from './rule-field-input.tsx'
import { ruleToSend } from './rule-fields.ts'
import { RuleFormFields } from './rule-form.tsx'
import { problemIn, ruleToTry, useRuleProblems } from './rule-problems.ts'
import { rulePath, rulePreviewQuery } from './rule-queries.ts'
import { RULE_MODES } from './rule-search.ts'
import { type TypedYaml, typeYaml, yamlProblem, yamlShown } from './rule-yaml.ts'
import css from './rules.module.css'
import { SelectionPreview, selectsOf } from './selection-preview.tsx'
import { ownOf, type RuleEditing } from './use-rule-draft.ts'

export interface RuleEditorProps {
  readonly row: RuleRow | undefined
  readonly editing: RuleEditing
  readonly isFixed: boolean
  readonly isReplacing: boolean
  onSaved(id: string): void
  /** To the back-test, with everything as it is written. */
  onTry(): void
}

export function RuleEditor({ row, editing, isFixed, isReplacing, onSaved, onTry }: RuleEditorProps) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const { draft } = editing
  const [view, setView] = useState<'form' | 'yaml'>('form')
  const [pressed, setPressed] = useState(false)
  /** Another version than the one this began from, while that is so. */
  const [theirs, setTheirs] = useState<RuleRow>()
  /** Why it may page without a back-test; asked for when the collector wants to know. */
  const [reason, setReason] = useState('')
  /** What was last warned of, so that the second press saves. */
  const [warned, setWarned] = useState<Draft>()
  const [yaml, setYaml] = useState<TypedYaml>()
  const unreadable = yamlProblem(yaml, draft)
  const tried = useMemo(() => ruleToTry(draft), [draft])
  const [settled] = useDebouncedValue(tried, 350)
  const may = useMayChange()
  const preview = useQuery(rulePreviewQuery(may ? settled : null))
  const save = useMutation({
    mutationFn: async ({ rule, version }: { rule: Draft; version: string | undefined }) => {
      const { enabled = true, ...body } = ruleToSend(rule)
      const because = reason.trim() === '' ? {} : { untested: reason.trim() }
      const more = { enabled, ...because, ...(isReplacing ? { replace: true } : {}) }
      return row === undefined
        ? send<RuleRow>('POST', '/rules', { rule: body, ...more })
        : send<RuleRow>('PUT', rulePath(row.id), { rule: body, version, ...more })
    },
    onSuccess: (kept, { rule }) => {
      setReason('')
      editing.kept(kept, rule)
      queries.setQueryData(['rules', 'one', kept.id], kept)
      void queries.invalidateQueries({ queryKey: ['rules'] })
      say.done(t('rule.saved', { name: kept.id }))
      setTheirs(undefined)
      onSaved(kept.id)
    },
    onError: async (failure) => {
      if (!(failure instanceof ApiFailure) || failure.code !== 'conflict' || row === undefined) return
      const now = await get<RuleRow>(rulePath(row.id)).catch(() => undefined)
      if (now !== undefined && now.version !== editing.version) setTheirs(now)
    },
  })
  const problems = useRuleProblems({ draft, pressed, preview: preview.data, failure: save.error })
  const isUntested = save.error instanceof ApiFailure && save.error.details.some((one) => one.path === 'untested')
  const form: RuleForm = { draft, isFixed, change: editing.change, problemOf: (path) => problemIn(problems, path) }
  const selects = preview.data && preview.data.problems.length === 0 ? selectsOf(preview.data) : 'some'
  const isUnexpected = selects !== 'some' && !isSame(warned, draft)

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (problems.own > 0 || unreadable !== undefined) return
    // once said, it may be meant
    if (isUnexpected) setWarned(draft)
    else save.mutate({ rule: draft, version: editing.version })
  }

  return (
    <div className={page.columns}>
      <Panel
        title={t('rulePart.rule')}
        aside={
          <SegmentedControl
            size="xs"
            aria-label={t('rule.view')}
            value={view}
            onChange={(next) => setView(next as 'form' | 'yaml')}
            data={(['form', 'yaml'] as const).map((value) => ({ value, label: t(`ruleView.${value}`) }))}
          />
        }
      >
        <form className={page.body} onSubmit={submit} noValidate data-rule-form>
          <div>
            <SegmentedControl
              size="xs"
              aria-label={t('rule.mode')}
              disabled={isFixed}
              value={modeOf(draft)}
              onChange={(mode) => editing.change({ ...draft, enabled: mode !== 'off', shadow: mode === 'shadow' })}
              data={RULE_MODES.map((value) => ({ value, label: t(`ruleMode.${value}`) }))}
            />
            <p className={page.hint}>{t(`ruleModeHint.${modeOf(draft)}`)}</p>
          </div>
          {view === 'form' ? (
            <RuleFormFields form={form} isNew={row === undefined} />
          ) : (
            <YamlView
              text={yamlShown(yaml, draft)}
              unreadable={unreadable}
              isFixed={isFixed}
              onType={(text) => {
                const typed = typeYaml(text, draft)
                setYaml(typed)
                editing.change(typed.of)
              }}
            />
          )}
          {view === 'form' && unreadable ? (
            <p className={page.problem} role="alert">
              {t('ruleView.yaml')}: {t('rule.unreadable', { line: unreadable.line })}
            </p>
          ) : null}
          {problems.elsewhere.length === 0 ? null : (
            <div className={page.problem} role="alert">
              {problems.elsewhere.map((one) => (
                <div key={`${one.path} ${one.message}`}>
                  <span className="mono">{one.path}</span> {one.message}
                </div>
              ))}
            </div>
          )}
          {isUntested ? <Untested reason={reason} onReason={setReason} onTry={onTry} /> : null}
          {theirs === undefined && problems.isGeneral ? <FormProblem failure={save.error} /> : null}
          {isFixed ? null : (
            <>
              {isUnexpected || selects === 'some' ? null : (
                <p className={page.problem} role="alert">
                  {t(`rule.sure.${selects}`)}
                </p>
              )}
              <div className={page.buttons}>
                <Button type="submit" loading={save.isPending} disabled={!editing.isChanged && row !== undefined}>
                  {t(selects !== 'some' && !isUnexpected ? 'rule.saveAnyway' : 'action.save')}
                </Button>
                {editing.isChanged ? (
                  <Button variant="default" onClick={() => editing.change(editing.base)}>
                    {t('rule.undo')}
                  </Button>
                ) : null}
              </div>
            </>
          )}
        </form>
      </Panel>
      {may ? (
        <div className={css.beside}>
          <Panel title={t('preview.title')}>
            <div className={page.body}>
              {preview.isError ? <FormProblem failure={preview.error} /> : null}
              {tried === null ? <p className={page.hint}>{t('preview.notYet')}</p> : null}
              <SelectionPreview preview={tried === null ? undefined : preview.data} busy={preview.isFetching} />
            </div>
          </Panel>
        </div>
      ) : null}
      {theirs === undefined ? null : (
        <Conflict
          base={editing.base}
          theirs={ownOf(theirs)}
          at={theirs.updatedAt}
          mine={draft}
          busy={save.isPending}
          failure={save.error}
          onClose={() => setTheirs(undefined)}
          onTake={() => {
            editing.begin(theirs)
            setTheirs(undefined)
          }}
          onSave={(rule) => {
            editing.begin(theirs, rule)
            save.mutate({ rule, version: theirs.version })
          }}
        />
      )}
    </div>
  )
}

function modeOf(draft: Draft): (typeof RULE_MODES)[number] {
  if (draft.enabled === false) return 'off'
  return draft.shadow === true ? 'shadow' : 'live'
}

/** A rule that was not tried on the past may page only for a reason, which is kept. */
function Untested(props: { reason: string; onReason(reason: string): void; onTry(): void }) {
  const { t } = useTranslation()
  return (
    <div className={page.notice} data-tone="warn" data-untested>
      <div className={page.form}>
        <span>{t('rule.untested')}</span>
        <div className={page.buttons}>
          <Button size="compact-xs" onClick={props.onTry}>
            {t('rule.tryFirst')}
          </Button>
        </div>
        <TextInput
          label={t('rule.untestedReason')}
          minLength={3}
          maxLength={500}
          value={props.reason}
          onChange={(event) => props.onReason(event.currentTarget.value)}
        />
      </div>
    </div>
  )
}

/** What is typed stays; it becomes the rule whenever it can be read. */
function YamlView(props: {
  text: string
  unreadable: { readonly problem: string; readonly line: number } | undefined
  isFixed: boolean
  onType(text: string): void
}) {
  const { t } = useTranslation()
  const { unreadable } = props
  return (
    <>
      <p className={page.hint}>{t('rule.yamlHint')}</p>
      <Textarea
        aria-label={t('ruleView.yaml')}
        autosize
        minRows={16}
        maxRows={40}
        spellCheck={false}
        readOnly={props.isFixed}
        classNames={{ input: 'mono' }}
        value={props.text}
        error={unreadable && `${t('rule.unreadable', { line: unreadable.line })} ${unreadable.problem}`}
        onChange={(event) => props.onType(event.currentTarget.value)}
      />
    </>
  )
}
