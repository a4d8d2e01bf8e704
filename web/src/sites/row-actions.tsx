import { ActionIcon } from '@mantine/core'
import { Icon } from '../ui/icons.tsx'
import css from './sites.module.css'

export interface RowActionsProps {
  /** Both name what they act on. */
  readonly editLabel: string
  readonly removeLabel: string
  onEdit(): void
  onRemove(): void
}

/** The buttons at the end of a row that may be changed. */
export function RowActions({ editLabel, removeLabel, onEdit, onRemove }: RowActionsProps) {
  return (
    <div className={css.row}>
      <ActionIcon aria-label={editLabel} onClick={onEdit}>
        <Icon name="edit" />
      </ActionIcon>
      <ActionIcon aria-label={removeLabel} onClick={onRemove}>
        <Icon name="trash" />
      </ActionIcon>
    </div>
  )
}
