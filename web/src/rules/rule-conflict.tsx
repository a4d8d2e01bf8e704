// Somebody else changed the rule meanwhile: theirs and mine side by side, and a choice for each place where they differ.
import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { Dialog } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import { type Difference, type Draft, differences, merged } from './rule-draft.ts'
import { shortYamlOf } from './rule-yaml.ts'
import css from './rules.module.css'
import { ownOf } from './use-rule-draft.ts'

export interface RuleConflictProps {
  readonly base: Draft
  readonly theirs: RuleRow
  readonly mine: Draft
  readonly busy: boolean
  readonly failure: unknown
  /** Back to the form with everything as it was typed. */
  onClose(): void
  /** Mine is thrown away. */
  onTake(): void
  onSave(rule: Draft): void
}

export function RuleConflict({ base, theirs, mine, busy, failure, onClose, onTake, onSave }: RuleConflictProps) {
  const { t } = useTranslation()
  const own = ownOf(theirs)
  const all = differences(base, own, mine)
  const [chosen, setChosen] = useState<Readonly<Record<string, 'theirs' | 'mine'>>>({})
  // what only one of us changed is no conflict
  const of = ({ path, by }: Difference) => chosen[path] ?? (by === 'theirs' ? 'theirs' : 'mine')
  const save = () =>
    onSave(
      merged(
        own,
        mine,
        all.filter((one) => of(one) === 'mine').map((one) => one.path),
      ),
    )
  return (
    <Dialog onClose={onClose} title={t('conflict.title')} size="xl">
      <div className={page.form} data-conflict>
        <p className={page.hint}>
          {t('conflict.hint')} {theirs.updatedAt === null ? null : <Time at={theirs.updatedAt} full />}
        </p>
        <ul className={css.differences}>
          {all.map((one) => (
            <li key={one.path} data-by={one.by}>
              <div className={page.line}>
                <b className="mono">{one.path}</b>
                <span className="quiet">{t(`conflict.by.${one.by}`)}</span>
                <SegmentedControl
                  size="xs"
                  aria-label={t('conflict.keep', { path: one.path })}
                  value={of(one)}
                  onChange={(side) => setChosen((old) => ({ ...old, [one.path]: side as 'theirs' | 'mine' }))}
                  data={(['theirs', 'mine'] as const).map((value) => ({ value, label: t(`conflict.${value}`) }))}
                />
              </div>
              <div className={css.sides}>
                <pre data-kept={of(one) === 'theirs'}>{shortYamlOf(one.theirs) || '–'}</pre>
                <pre data-kept={of(one) === 'mine'}>{shortYamlOf(one.mine) || '–'}</pre>
              </div>
            </li>
          ))}
        </ul>
        <FormProblem failure={failureAfter(failure)} />
        <div className={page.buttons}>
          <Button loading={busy} onClick={save}>
            {t('conflict.save')}
          </Button>
          <Button variant="default" onClick={onTake}>
            {t('conflict.take')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('conflict.back')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The refusal that opened this is said by the dialog itself. */
function failureAfter(failure: unknown): unknown {
  return (failure as { code?: string } | null)?.code === 'conflict' ? null : failure
}
