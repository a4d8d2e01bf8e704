// What the collector said about a form: each problem beside its field, what has no field below.
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api/client.ts'
import { useFailureWords } from './notices.tsx'
import css from './page.module.css'
import { useSaid } from './said.ts'
import { sentences } from './sentences.ts'

export interface Problems {
  /** Problem of the field `path`, for the `error` of an input; undefined when there is none. */
  of(path: string): string | undefined
  /** True when nothing that went wrong has a place in the form. */
  readonly general: boolean
}

/** `said`: words for a problem, see useSaid(). `fields`: the paths the form shows itself. A path below one of them belongs to it. */
export function problemsOf(
  failure: unknown,
  fields: readonly string[],
  said: (message: string) => string = (message) => message,
): Problems {
  const details = failure instanceof ApiFailure ? failure.details : []
  const fieldOf = (path: string) => fields.find((field) => path === field || path.startsWith(`${field}.`))
  return {
    of(field) {
      const message = details.find((detail) => fieldOf(detail.path) === field)?.message
      return message === undefined ? undefined : said(message)
    },
    general: failure != null && !details.some((detail) => fieldOf(detail.path) !== undefined),
  }
}

/** The failure in words; nothing when all of it stands beside fields. */
export function FormProblem({ failure, problems }: { failure: unknown; problems?: Problems | undefined }) {
  const words = useFailureWords()
  const say = useSaid()
  const { i18n } = useTranslation()
  if (failure == null || problems?.general === false) return null
  const said = words(failure)
  // what exactly is in the way only the collector knows
  const own = failure instanceof ApiFailure && TELLING.has(failure.code) && failure.details.length === 0
  const text = own
    ? sentences(say(failure.message), i18n.language === 'en' ? failure.action : undefined)
    : sentences(said.cause, said.action)
  return (
    <div className={css.problem} role="alert">
      {text}
    </div>
  )
}

const TELLING: ReadonlySet<string> = new Set(['conflict', 'unavailable', 'bad-request'])
