// What a dialog is about: the one alarm, or the first of several, as the list knows them.
import { useTranslation } from 'react-i18next'
import { useConsole } from '../app/console.ts'
import { SeverityMark } from '../ui/marks.tsx'
import css from './dialog-subject.module.css'
import { countOf, type Selection } from './selection.ts'

const SHOWN = 3

export function DialogSubject({ on }: { on: Selection }) {
  const { t } = useTranslation()
  const { alarms } = useConsole()
  if (on.kind !== 'some') return null
  const known = [...on.ids]
    .slice(0, SHOWN)
    .map((id) => alarms.row(id))
    .filter((row) => row !== undefined)
  if (known.length === 0) return null
  const more = countOf(on) - known.length
  return (
    <ul className={css.subject}>
      {known.map((row) => (
        <li key={row.id}>
          <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} short />
          <span className={css.what}>
            <b className="one-line" title={row.text}>
              {row.text}
            </b>
            <span className="quiet one-line">
              {[row.deviceName, row.siteName, row.customerName].filter(Boolean).join(' · ')}
            </span>
          </span>
        </li>
      ))}
      {more > 0 ? <li className="quiet num">{t('dialog.subjectMore', { count: more })}</li> : null}
    </ul>
  )
}
