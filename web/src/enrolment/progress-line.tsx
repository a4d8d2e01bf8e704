// The line of what happened and what is waited for, while an agent joins.

import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { type Progress, STEPS, type Step } from './progress.ts'
import css from './progress-line.module.css'

export function ProgressLine({ progress, say }: { progress: Progress; say: Partial<Record<Step, ReactNode>> }) {
  const { t } = useTranslation()
  return (
    <ol className={css.line} aria-label={t('join.progress')}>
      {STEPS.map((step) => {
        const state = progress.done.has(step) ? 'done' : step === progress.current ? 'current' : 'open'
        return (
          <li key={step} data-step={step} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <span className={css.mark} aria-hidden="true">
              {state === 'done' ? <Icon name="check" size={13} /> : null}
            </span>
            <div>
              <b>{t(`join.step.${step}.${state === 'done' ? 'done' : 'open'}`)}</b>
              <span className="sr-only">{t(`join.state.${state}`)}</span>
              {say[step] ? <div className={css.more}>{say[step]}</div> : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
