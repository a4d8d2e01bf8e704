// Asks before what somebody wrote is left behind.
import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import page from './page.module.css'

export function LeaveAsk({ onStay, onLeave }: { onStay(): void; onLeave(): void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={onStay}
      title={t('rule.leaveTitle')}
      size="sm"
      zIndex={300}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={page.form} data-leave-ask>
        <p className={page.hint}>{t('rule.leaveHint')}</p>
        <div className={page.buttons}>
          <Button variant="default" onClick={onLeave}>
            {t('rule.leave')}
          </Button>
          <Button data-autofocus onClick={onStay}>
            {t('rule.stay')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** True for what people write into: not for what is searched for, ticked or chosen. */
export function isWritten(target: EventTarget): boolean {
  if (target instanceof HTMLTextAreaElement) return target.value !== ''
  if (!(target instanceof HTMLInputElement) || target.form === null || target.value === '') return false
  return WRITTEN.has(target.type)
}

const WRITTEN: ReadonlySet<string> = new Set(['text', 'password', 'email', 'url', 'tel', 'number'])
