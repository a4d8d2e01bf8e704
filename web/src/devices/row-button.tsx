import type { ReactNode } from 'react'
import css from './device.module.css'

/** What opens a row, for who has no mouse; looks like the text it is. */
export function RowButton(props: { children: ReactNode; title?: string; onOpen(): void }) {
  return (
    <button
      type="button"
      className={css.rowButton}
      title={props.title}
      onClick={(event) => {
        event.stopPropagation()
        props.onOpen()
      }}
    >
      {props.children}
    </button>
  )
}
