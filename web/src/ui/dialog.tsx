import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface DialogProps {
  readonly title: string
  readonly size?: 'sm' | 'md' | 'lg' | 'xl'
  readonly children: ReactNode
  onClose(): void
}

/** A window over the screen, open as long as it is rendered; its close button has a name. */
export function Dialog({ title, size = 'md', children, onClose }: DialogProps) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {children}
    </Modal>
  )
}
