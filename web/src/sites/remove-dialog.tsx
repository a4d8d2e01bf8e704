import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { configPath } from './site-queries.ts'

export interface RemoveDialogProps {
  readonly site: string
  readonly kind: 'devices' | 'credentials' | 'profiles' | 'site'
  /** In the path; of the site itself: its id. */
  readonly name: string
  /** What people call it. */
  readonly label: string
  onClose(): void
  /** Instead of onClose when it is gone. */
  onRemoved?(): void
}

/** Takes one thing out of what the collector keeps, after saying what that means. */
export function RemoveDialog({ site, kind, name, label, onClose, onRemoved }: RemoveDialogProps) {
  const { t } = useTranslation()
  const own = encodeURIComponent(name)
  return (
    <ConfirmDialog
      title={t('remove.title', { name: label })}
      hint={t(`removeHint.${kind}`)}
      label={t('remove.do')}
      queryKey={kind === 'site' ? ['sites'] : ['site-config', site]}
      also={kind === 'site' ? [['customers'], ['overview']] : []}
      run={() => send('DELETE', kind === 'site' ? `/sites/${own}` : `${configPath(site)}/${kind}/${own}`)}
      onClose={onClose}
      onDone={onRemoved}
    />
  )
}
