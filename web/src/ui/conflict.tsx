// Somebody else changed the same thing meanwhile: theirs and mine side by side, and a choice for each place where they differ.
import { Button, Group, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './conflict.module.css'
import { Dialog } from './dialog.tsx'
import { type Difference, type Draft, differences, merged } from './draft.ts'
import page from './page.module.css'
import { FormProblem } from './problems.tsx'
import { Time } from './time.tsx'
import { shortYamlOf } from './yaml-text.ts'

export interface ConflictProps {
  /** As it was when the writing began. */
  readonly base: Draft
  readonly theirs: Draft
  readonly mine: Draft
  /** When and by whom theirs was saved. */
  readonly at: number | null
  readonly by?: string | null
  readonly busy: boolean
  readonly failure: unknown
  /** What people call the value at a path; the path itself where absent. */
  nameOf?(path: string): string
  /** Back to the form with everything as it was typed. */
  onClose(): void
  /** Mine is thrown away. */
  onTake(): void
  onSave(draft: Draft): void
}

export function Conflict(props: ConflictProps) {
  const { base, theirs, mine, at, by = null, busy, failure, nameOf, onClose, onTake, onSave } = props
  const { t } = useTranslation()
  const all = differences(base, theirs, mine)
  const [chosen, setChosen] = useState<Readonly<Record<string, 'theirs' | 'mine'>>>({})
  // what only one of us changed is no conflict
  const of = ({ path, by: who }: Difference) => chosen[path] ?? (who === 'theirs' ? 'theirs' : 'mine')
  const save = () =>
    onSave(
      merged(
        theirs,
        mine,
        all.filter((one) => of(one) === 'mine').map((one) => one.path),
      ),
    )
  return (
    <Dialog onClose={onClose} title={t('conflict.title')} size="xl">
      <div className={page.form} data-conflict>
        <p className={page.hint}>
          {t('conflict.hint')} {at === null ? null : <Time at={at} full />} {by === null ? null : <b>{by}</b>}
        </p>
        {all.length === 0 ? <p className={page.hint}>{t('conflict.same')}</p> : null}
        <ul className={css.differences}>
          {all.map((one) => (
            <li key={one.path} data-by={one.by}>
              <div className={page.line}>
                <b className={nameOf === undefined ? 'mono' : undefined}>{nameOf?.(one.path) ?? one.path}</b>
                <span className="quiet">{t(`conflict.by.${one.by}`)}</span>
                <SegmentedControl
                  size="xs"
                  aria-label={t('conflict.keep', { path: nameOf?.(one.path) ?? one.path })}
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
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('conflict.back')}
          </Button>
          <Button variant="default" onClick={onTake}>
            {t('conflict.take')}
          </Button>
          <Button loading={busy} onClick={save}>
            {t('conflict.save')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}

/** The refusal that opened this is said by the dialog itself. */
function failureAfter(failure: unknown): unknown {
  return (failure as { code?: string } | null)?.code === 'conflict' ? null : failure
}
