import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { Dialog } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
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
  const queries = useQueryClient()
  const own = encodeURIComponent(name)
  const remove = useMutation({
    mutationFn: () => send('DELETE', kind === 'site' ? `/sites/${own}` : `${configPath(site)}/${kind}/${own}`),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: kind === 'site' ? ['sites'] : ['site-config', site] })
      ;(onRemoved ?? onClose)()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('remove.title', { name: label })} size="md">
      <div className={page.form}>
        <p className={page.hint}>{t(`removeHint.${kind}`)}</p>
        <FormProblem failure={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()} data-autofocus>
            {t('remove.do')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
