import { useTranslation } from 'react-i18next'
import { Tag } from '../ui/marks.tsx'
import css from './audit.module.css'
import { subjectOf, useAuditWords } from './audit-words.ts'

/** Programs and strangers are told from people. */
export function Actor({ name }: { name: string }) {
  const { t } = useTranslation()
  const word = NO_PERSON[name]
  if (word !== undefined) return <span className="quiet">{t(`auditActor.${word}`)}</span>
  return name.startsWith('agent') ? <Tag>{name}</Tag> : <b>{name}</b>
}

export function Subject({ subject }: { subject: string }) {
  const words = useAuditWords()
  const { kind, name } = subjectOf(subject)
  return (
    <span className={css.subject}>
      {kind === undefined ? null : <span className="quiet">{words.kind(kind)} </span>}
      <span className="mono">{name}</span>
    </span>
  )
}

const NO_PERSON: Readonly<Record<string, string>> = {
  ...{ system: 'system', 'command line': 'command-line', nobody: 'nobody' },
}
