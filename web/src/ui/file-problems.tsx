import { useTranslation } from 'react-i18next'
import { Icon } from './icons.tsx'
import css from './page.module.css'
import { useSaid } from './said.ts'

interface FileProblem {
  readonly file: string
  readonly line: number
  readonly path: string
  readonly message: string
}

const SHOWN = 20

/** What is wrong in files that people write, by file and line. */
export function FileProblems({ of }: { of: readonly FileProblem[] }) {
  const { t } = useTranslation()
  const say = useSaid()
  if (of.length === 0) return null
  return (
    <div className={css.body}>
      {of.slice(0, SHOWN).map((problem) => (
        <p key={`${problem.file} ${problem.line} ${problem.message}`} className={css.notice} data-tone="warn">
          <Icon name="note" />
          <span>
            <span className="mono">
              {problem.file}:{problem.line}
            </span>{' '}
            {problem.path} {say(problem.message)}
          </span>
        </p>
      ))}
      {of.length > SHOWN ? <p className={css.hint}>{t('notice.moreProblems', { count: of.length - SHOWN })}</p> : null}
    </div>
  )
}
