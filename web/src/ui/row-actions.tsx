import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon } from './icons.tsx'
import css from './row-actions.module.css'

export interface RowActionsProps {
  /** Both name what they act on. */
  readonly editLabel?: string
  readonly removeLabel: string
  readonly busy?: boolean
  /** What else may be done, before them. */
  readonly children?: ReactNode
  /** Absent: it can only be taken away. */
  onEdit?(): void
  onRemove(): void
}

/** The buttons at the end of a row that may be changed; the row below them does not open. */
export function RowActions({ editLabel, removeLabel, busy = false, children, onEdit, onRemove }: RowActionsProps) {
  return (
    <RowTools>
      {children}
      {onEdit === undefined ? null : (
        <ActionIcon aria-label={editLabel} title={editLabel} disabled={busy} onClick={onEdit}>
          <Icon name="edit" />
        </ActionIcon>
      )}
      <ActionIcon aria-label={removeLabel} title={removeLabel} disabled={busy} onClick={onRemove}>
        <Icon name="trash" />
      </ActionIcon>
    </RowTools>
  )
}

export function RowTools({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the row below from opening
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the row below from opening
    <div className={css.row} onClick={(event) => event.stopPropagation()}>
      {children}
    </div>
  )
}
