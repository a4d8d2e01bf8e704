// The note of an action: typed, or begun with what is often said and what one said lately.
import { Textarea } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDialogKind } from './alarm-dialog.tsx'
import css from './note-field.module.css'

type Kind = Exclude<AlarmDialogKind, 'incident'>

/** What a NOC says again and again; their words are `noteStart.<name>`. */
const STARTS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  acknowledge: ['informed', 'dispatched', 'carrier', 'watching'],
  shelve: ['planned', 'waiting', 'known'],
  close: ['known', 'testing'],
}
const MOST = 6

export function NoteField(props: {
  readonly kind: Kind
  readonly recent: readonly string[]
  readonly value: string
  readonly autoFocus: boolean
  onChange(note: string): void
  onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void
}) {
  const { t } = useTranslation()
  const { kind, recent, value, onChange } = props
  const stock = (STARTS[kind] ?? []).map((name) => t(`noteStart.${name}`))
  const offered = [...recent, ...stock.filter((text) => !recent.includes(text))].slice(0, MOST)
  return (
    <div className={css.field}>
      <Textarea
        label={t('dialog.note')}
        placeholder={t(`dialog.notePlaceholder.${kind}`)}
        autosize
        minRows={2}
        maxLength={2000}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={props.onKeyDown}
        data-autofocus={props.autoFocus ? true : undefined}
      />
      {offered.length > 0 && value === '' ? (
        <div className={css.offered}>
          {offered.map((text) => (
            <button key={text} type="button" className="one-line" title={text} onClick={() => onChange(text)}>
              {text}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
