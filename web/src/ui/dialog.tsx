import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface DialogProps {
  readonly title: string
  readonly size?: 'sm' | 'md' | 'lg' | 'xl'
  readonly children: ReactNode
  /** Closed by its buttons only: what it shows is shown once. */
  readonly holds?: boolean
  onClose(): void
}

/** A window over the screen, open as long as it is rendered; its close button has a name. */
export function Dialog({ title, size = 'md', children, holds = false, onClose }: DialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      closeOnClickOutside={!holds}
      closeOnEscape={!holds}
    >
      {children}
    </Modal>
  )
}

export interface DialogButtonsProps {
  /** What the form around them does when it is sent. */
  readonly label: string
  readonly busy: boolean
  readonly disabled?: boolean
  /** It cannot be taken back. */
  readonly grave?: boolean
  /** Ready to be pressed when the dialog opens. */
  readonly focused?: boolean
  onClose(): void
}

/** The end of a form in a dialog: leave it, or send it. */
export function DialogButtons({ label, busy, disabled = false, grave, focused, onClose }: DialogButtonsProps) {
  const { t } = useTranslation()
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onClose}>
        {t('action.cancel')}
      </Button>
      <Button
        type="submit"
        loading={busy}
        disabled={disabled}
        data-autofocus={focused ? true : undefined}
        {...(grave ? { color: 'red' } : {})}
      >
        {label}
      </Button>
    </Group>
  )
}
