import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyBlock } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'

/** A password that is shown this once. */
export function ShownPassword({ user, password, onClose }: { user: string; password: string; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} title={t('users.passwordOf', { user })} size="md" holds>
      <div className={page.form} data-shown-password>
        <p className={page.hint}>{t('users.shownOnce')}</p>
        <CopyBlock text={password} label={t('users.password')} primary />
        <p className={page.hint}>{t('users.shownNext')}</p>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {t('users.handedOver')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
