import css from './steps.module.css'

export interface StepsProps {
  readonly label: string
  readonly of: readonly string[]
  /** From 0; `of.length`: all are done. */
  readonly at: number
}

/** Where somebody is in something that takes several steps. */
export function Steps({ label, of, at }: StepsProps) {
  return (
    <ol className={css.steps} aria-label={label}>
      {of.map((step, i) => (
        <li key={step} aria-current={i === at ? 'step' : undefined} data-done={i < at}>
          <i aria-hidden="true">{i < at ? '✓' : i + 1}</i>
          {step}
        </li>
      ))}
    </ol>
  )
}
