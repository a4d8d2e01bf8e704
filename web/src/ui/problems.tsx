// What the collector said about a form: each problem beside its field, what has no field below.
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api/client.ts'
import { useFailureWords } from './notices.tsx'
import css from './page.module.css'

export interface Problems {
  /** Problem of the field `path`, for the `error` of an input; undefined when there is none. */
  of(path: string): string | undefined
  /** True when nothing that went wrong has a place in the form. */
  readonly general: boolean
}

/** `fields`: the paths the form shows itself. A path below one of them belongs to it. */
export function problemsOf(failure: unknown, fields: readonly string[]): Problems {
  const details = failure instanceof ApiFailure ? failure.details : []
  const fieldOf = (path: string) => fields.find((field) => path === field || path.startsWith(`${field}.`))
  return {
    of: (field) => details.find((detail) => fieldOf(detail.path) === field)?.message,
    general: failure != null && !details.some((detail) => fieldOf(detail.path) !== undefined),
  }
}

/** The failure in words; nothing when all of it stands beside fields. */
export function FormProblem({ failure, problems }: { failure: unknown; problems?: Problems }) {
  const words = useFailureWords()
  const { i18n } = useTranslation()
  if (failure == null || problems?.general === false) return null
  const said = words(failure)
  // what a conflict is about only the collector can say
  const own = failure instanceof ApiFailure && failure.code === 'conflict' ? failure.message : undefined
  return (
    <div className={css.problem} role="alert">
      {own !== undefined
        ? sentence(own, i18n.language)
        : `${said.cause}${i18n.language === 'en' ? '. ' : '。'}${said.action}`}
    </div>
  )
}

function sentence(text: string, language: string): string {
  const end = language === 'en' ? '.' : '。'
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.。!?]$/.test(text) ? '' : end}`
}
