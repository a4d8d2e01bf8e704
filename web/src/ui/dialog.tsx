import { Button, Group, Modal } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isWritten, LeaveAsk } from './leave-ask.tsx'

export interface DialogProps {
  readonly title: string
  readonly size?: 'sm' | 'md' | 'lg' | 'xl'
  readonly children: ReactNode
  /** Closed by its buttons only: what it shows is shown once. */
  readonly holds?: boolean
  /** What was written is kept by now. */
  readonly isKept?: boolean
  onClose(): void
}

/**
 * A window over the screen, open as long as it is rendered; its close button has a name. What is written in it is not lost by
 * a slip: a key, a click beside it, the way back and a reload ask first.
 */
export function Dialog({ title, size = 'md', children, holds = false, isKept = false, onClose }: DialogProps) {
  const { t } = useTranslation()
  const [written, setWritten] = useState(false)
  const [asking, setAsking] = useState(false)
  const guards = written && !isKept
  const blocker = useBlocker({
    shouldBlockFn: ({ action }) => guards && action !== 'PUSH' && action !== 'REPLACE',
    enableBeforeUnload: guards,
    withResolver: true,
  })
  const isBlocked = blocker.status === 'blocked'
  const isAsking = asking || isBlocked
  return (
    <Modal
      opened
      onClose={() => (guards ? setAsking(true) : onClose())}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      closeOnClickOutside={!holds && !isAsking}
      closeOnEscape={!holds && !isAsking}
    >
      <div data-written={guards} onInput={(event) => setWritten((old) => old || isWritten(event.target))}>
        {children}
      </div>
      {isAsking ? (
        <LeaveAsk
          onStay={() => (isBlocked ? blocker.reset() : setAsking(false))}
          onLeave={() => (isBlocked ? blocker.proceed() : onClose())}
        />
      ) : null}
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
